using DeploymentService.Settings;

namespace DeploymentService.Storage;

/// <summary>How much may wait for the writer.</summary>
public sealed record WritingOptions
{
    /// <summary><c>Writing:QueueCapacity</c>: changes that may wait; 1 to 100,000, default 4,096.</summary>
    public required int QueueCapacity { get; init; }

    /// <summary><c>Writing:QueueTimeoutMilliseconds</c>: how long a caller waits for a place in a full queue before 503; 0 to 60,000, default 2,000.</summary>
    public required TimeSpan QueueTimeout { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static WritingOptions Read(SettingsReader settings) => new()
    {
        QueueCapacity = settings.Number("Writing:QueueCapacity", 4096, 1, 100_000),
        QueueTimeout = TimeSpan.FromMilliseconds(settings.Number("Writing:QueueTimeoutMilliseconds", 2000, 0, 60_000)),
    };
}
