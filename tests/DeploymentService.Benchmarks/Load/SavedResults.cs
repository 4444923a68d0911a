namespace DeploymentService.Benchmarks.Load;

/// <summary>The folder <c>results</c> of this project, wherever the benchmark was started.</summary>
public static class SavedResults
{
    /// <summary>The folder of this project: from the built assembly upwards.</summary>
    public static string ProjectFolder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "DeploymentService.Benchmarks.csproj")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The benchmark runs from outside of its project.");
            }

            return folder.FullName;
        }
    }

    /// <summary>Puts a report there, in place of an older one.</summary>
    public static async Task WriteAsync(string file, string report)
    {
        var results = Directory.CreateDirectory(Path.Combine(ProjectFolder, "results"));
        await File.WriteAllTextAsync(Path.Combine(results.FullName, file), report);
    }
}
