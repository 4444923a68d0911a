using DeploymentService.Settings;

namespace DeploymentService.Events;

/// <summary>How long histories are kept.</summary>
public sealed record EventsOptions
{
    /// <summary><c>Events:RetentionDays</c>: how old an event becomes; 1 to 3,650 days, default 90.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static EventsOptions Read(SettingsReader settings) => new()
    {
        Retention = TimeSpan.FromDays(settings.Number("Events:RetentionDays", 90, 1, 3650)),
    };
}
