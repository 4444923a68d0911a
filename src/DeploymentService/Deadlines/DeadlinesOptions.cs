using DeploymentService.Deployments;
using DeploymentService.Settings;

namespace DeploymentService.Deadlines;

/// <summary>How long the service waits for reports.</summary>
public sealed record DeadlinesOptions
{
    /// <summary><c>Deadlines:OverdueSeconds</c>: how long a deployment is overdue before it is failed; 1 second to a year, default 300.</summary>
    public required int OverdueSeconds { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static DeadlinesOptions Read(SettingsReader settings) => new()
    {
        OverdueSeconds = settings.Number("Deadlines:OverdueSeconds", 300, 1, CreateDeploymentValidator.LongestTimeout),
    };
}
