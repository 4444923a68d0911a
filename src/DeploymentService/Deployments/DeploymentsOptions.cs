using DeploymentService.Settings;

namespace DeploymentService.Deployments;

/// <summary>What a deployment gets that says nothing else.</summary>
public sealed record DeploymentsOptions
{
    /// <summary><c>Deadlines:TimeoutSeconds</c>: the timeout of a deployment that is created without one; 0, the default, for none; at most a year.</summary>
    public required int TimeoutSeconds { get; init; }

    /// <summary>Reads the setting and reports what is wrong with it.</summary>
    public static DeploymentsOptions Read(SettingsReader settings) => new()
    {
        TimeoutSeconds = settings.Number("Deadlines:TimeoutSeconds", 0, 0, CreateDeploymentValidator.LongestTimeout),
    };
}
