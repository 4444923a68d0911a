using DeploymentService.Settings;

namespace DeploymentService.Limits;

/// <summary>What one caller may ask of the service: 0 for no limit, each of them.</summary>
public sealed record CallerLimitsOptions
{
    private const int Most = 1_000_000;

    /// <summary><c>Limits:RequestsPerSecond</c>: how many requests a token may make in the long run. Default 2,000.</summary>
    public required int RequestsPerSecond { get; init; }

    /// <summary><c>Limits:RequestBurst</c>: how many it may make at once after a pause, at least as many as in a second. Default 4,000.</summary>
    public required int RequestBurst { get; init; }

    /// <summary><c>Limits:AgentRequestsPerSecond</c>: how often an agent may poll the URL of its server in the long run. Default 10.</summary>
    public required int AgentRequestsPerSecond { get; init; }

    /// <summary><c>Limits:AgentRequestBurst</c>: how often at once after a pause, at least as often as in a second. Default 100.</summary>
    public required int AgentRequestBurst { get; init; }

    /// <summary><c>Limits:HeavyReads</c>: how many lists beyond a page, searches and summaries are answered to a token at a time. Default 2.</summary>
    public required int HeavyReads { get; init; }

    /// <summary><c>Limits:Waiters</c>: how many requests of a token may wait at once. Default 2,000.</summary>
    public required int Waiters { get; init; }

    /// <summary><c>Limits:WaitersInAll</c>: how many requests of all tokens may wait at once. Default 20,000.</summary>
    public required int WaitersInAll { get; init; }

    /// <summary><c>Limits:WaitFilters</c>: for how many different things a token may wait at once by filters. Default 100.</summary>
    public required int WaitFilters { get; init; }

    /// <summary><c>Limits:Streams</c>: how many streams a token may follow at once. Default 100.</summary>
    public required int Streams { get; init; }

    /// <summary><c>Limits:StreamsInAll</c>: how many streams all tokens may follow at once. Default 5,000.</summary>
    public required int StreamsInAll { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static CallerLimitsOptions Read(SettingsReader settings)
    {
        int Number(string name, int standard) => settings.Number($"Limits:{name}", standard, 0, Most);

        return new()
        {
            RequestsPerSecond = Number("RequestsPerSecond", 2_000),
            RequestBurst = Number("RequestBurst", 4_000),
            AgentRequestsPerSecond = Number("AgentRequestsPerSecond", 10),
            AgentRequestBurst = Number("AgentRequestBurst", 100),
            HeavyReads = Number("HeavyReads", 2),
            Waiters = Number("Waiters", 2_000),
            WaitersInAll = Number("WaitersInAll", 20_000),
            WaitFilters = Number("WaitFilters", 100),
            Streams = Number("Streams", 100),
            StreamsInAll = Number("StreamsInAll", 5_000),
        };
    }
}
