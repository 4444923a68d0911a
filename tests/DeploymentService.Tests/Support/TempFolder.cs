namespace DeploymentService.Tests.Support;

/// <summary>A folder that is gone when the test is over.</summary>
public sealed class TempFolder : IDisposable
{
    public string Name { get; } = Directory.CreateTempSubdirectory("deployment-service-").FullName;

    /// <summary>The database of an application that is given the folder.</summary>
    public TestDatabase Database => TestDatabase.In(Name);

    /// <summary>A file or folder below it.</summary>
    public string At(string name) => Path.Combine(Name, name);

    public void Dispose()
    {
        TestDatabase.Drop(Name);
        Directory.Delete(Name, recursive: true);
    }
}
