using DeploymentService.Deployments;
using DeploymentService.Settings;

namespace DeploymentService.Deadlines;

/// <summary>How long the service waits for reports.</summary>
public sealed record DeadlinesOptions
{
    /// <summary><c>Deadlines:TimeoutSeconds</c>: the timeout of a deployment that is created without one; 0, the default, for none; at most a year.</summary>
    public required int TimeoutSeconds { get; init; }

    /// <summary><c>Deadlines:OverdueSeconds</c>: how long a deployment is overdue before it is failed; 1 second to a year, default 300.</summary>
    public required int OverdueSeconds { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static DeadlinesOptions Read(SettingsReader settings) => new()
    {
        TimeoutSeconds = settings.Number("Deadlines:TimeoutSeconds", 0, 0, CreateDeploymentValidator.LongestTimeout),
        OverdueSeconds = settings.Number("Deadlines:OverdueSeconds", 300, 1, CreateDeploymentValidator.LongestTimeout),
    };
}
