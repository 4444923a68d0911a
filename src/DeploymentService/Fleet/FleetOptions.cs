using DeploymentService.Settings;

namespace DeploymentService.Fleet;

/// <summary>How servers are looked at.</summary>
public sealed record FleetOptions
{
    /// <summary><c>Servers:SilentSeconds</c>: after how long without a fetch or a report a server is silent; 1 second to a year, default 300.</summary>
    public required TimeSpan Silence { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static FleetOptions Read(SettingsReader settings) => new()
    {
        Silence = TimeSpan.FromSeconds(settings.Number("Servers:SilentSeconds", 300, 1, 365 * 24 * 60 * 60)),
    };
}
