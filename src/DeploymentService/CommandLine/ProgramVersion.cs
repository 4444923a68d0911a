using System.Reflection;
using DeploymentService.Settings;

namespace DeploymentService.CommandLine;

/// <summary>Which build of the program this is.</summary>
public static class ProgramVersion
{
    /// <summary>The version, and the commit that it was built from where the build knew it.</summary>
    public static string Text { get; } = Describe(
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    // As the SDK writes it: 1.0.0 or 1.0.0+COMMIT.
    private static string Describe(string informational) => informational.Split('+', 2) is [var version, var commit]
        ? $"{ProgramArguments.Program} {version} (commit {commit})"
        : $"{ProgramArguments.Program} {informational}";
}
