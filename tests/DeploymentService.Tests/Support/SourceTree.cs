using System.Runtime.CompilerServices;

namespace DeploymentService.Tests.Support;

/// <summary>The files that the tests were built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>A file or folder below it.</summary>
    public static string At(params string[] path) => Path.Combine([Root, .. path]);

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
