using DeploymentService.Settings;

namespace DeploymentService.Stopping;

/// <summary>How the service stops.</summary>
public sealed record StoppingOptions
{
    /// <summary>
    /// <c>Stopping:DrainSeconds</c>: how long the service goes on answering after it was asked to stop, and says that it is not ready, so that a balancer sends its
    /// requests elsewhere; 0 to 600. Default: 5 where replicas share the database, and otherwise 0.
    /// </summary>
    public required TimeSpan DrainTime { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="hasReplicas">True where others could answer in the place of this one.</param>
    public static StoppingOptions Read(SettingsReader settings, bool hasReplicas) =>
        new() { DrainTime = TimeSpan.FromSeconds(settings.Number("Stopping:DrainSeconds", hasReplicas ? 5 : 0, 0, 600)) };
}
