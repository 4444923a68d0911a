using DeploymentService.Settings;
using Serilog.Events;

namespace DeploymentService.Observability;

/// <summary>What the log says, and how.</summary>
public sealed record LoggingOptions
{
    /// <summary><c>Logging:Json</c>: JSON lines instead of lines for people. Default false.</summary>
    public required bool Json { get; init; }

    /// <summary><c>Logging:Level</c>: the least important events that are written. A request that succeeded is Information, one that a client got wrong too. Default Information.</summary>
    public required LogEventLevel Level { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static LoggingOptions Read(SettingsReader settings) => new()
    {
        Json = settings.Flag("Logging:Json", false),
        Level = settings.Choice("Logging:Level", LogEventLevel.Information),
    };
}
