using DeploymentService.Settings;

namespace DeploymentService.Deployments;

/// <summary>What is kept of the runs of a deployment.</summary>
public sealed record RunsOptions
{
    /// <summary>As many as a page of a list has, so that no list of runs is longer.</summary>
    private const int Most = 1000;

    /// <summary><c>Runs:Keep</c>: how many runs of a deployment are kept, the present one among them; 1 to 1,000, default 10.</summary>
    public required int Keep { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static RunsOptions Read(SettingsReader settings) => new()
    {
        Keep = settings.Number("Runs:Keep", 10, 1, Most),
    };
}
