namespace DeploymentService.Benchmarks.Load;

/// <summary>The folder <c>results</c> of this project, wherever the benchmark was started.</summary>
public static class SavedResults
{
    /// <summary>Puts a report there, in place of an older one.</summary>
    public static async Task WriteAsync(string file, string report)
    {
        // The folder of the project: from the built assembly upwards.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DeploymentService.Benchmarks.csproj")))
        {
            folder = folder.Parent;
        }

        var results = Directory.CreateDirectory(Path.Combine(folder!.FullName, "results"));
        await File.WriteAllTextAsync(Path.Combine(results.FullName, file), report);
    }
}
