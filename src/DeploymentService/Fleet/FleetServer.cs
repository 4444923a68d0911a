using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>A server of a project, as far as it is known from its deployments, its polls and its reports.</summary>
public sealed class FleetServer(string projectId, string id, int place) : FleetPart<FleetServer>
{
    /// <summary>The project.</summary>
    public string ProjectId => projectId;

    /// <summary>The server.</summary>
    public string Id => id;

    /// <summary>Its place among all servers that the project had since the start, from 0 on. No other gets it.</summary>
    internal int Place => place;

    /// <summary>Its deployments.</summary>
    public StatusCounts Counts { get; } = new();

    /// <summary>When its agent last asked what to run, UTC; null for never.</summary>
    public DateTime? LastFetchTime { get; internal set; }

    /// <summary>When it last reported, UTC; null for never.</summary>
    public DateTime? LastReportTime { get; internal set; }

    /// <summary>Its last removal, as far as that is known; null for none.</summary>
    internal ServerRemovalRecord? Removal { get; set; }

    /// <summary>True from its removal until it is heard of again, or is given something to do: then nobody is shown it.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>What its row says of it, as far as that is known.</summary>
    internal StoredContact Stored { get; set; }

    /// <summary>Its polls with a URL that is no longer good, since the last good one; null for none. In memory alone: an agent asks again in no time.</summary>
    public PollsInVain? PollsInVain { get; internal set; }

    /// <summary>When it was last heard of, in whichever way, UTC; null for never.</summary>
    public DateTime? LastHeard => LastFetchTime > LastReportTime || LastReportTime is null ? LastFetchTime : LastReportTime;

    /// <summary>
    /// Since when the server is silent, UTC; null when it is not. A server that never polled is expected to speak only while something is in progress,
    /// and one that was never heard of has not gone silent.
    /// </summary>
    public DateTime? SilentSince(DateTime now, TimeSpan silence) =>
        LastHeard is { } heard && now - heard > silence && (LastFetchTime is not null || Counts.InProgress > 0) ? heard : null;

    /// <summary>What is to be put down of it.</summary>
    internal HeardServer ToPut() => new(ProjectId, Id, LastFetchTime, LastReportTime, Removal?.Time);

    /// <summary>True when its row says something else, by more than a time.</summary>
    internal bool IsToPut(TimeSpan tolerance) =>
        !IsRemoved && (Stored.IsRemoved || IsLater(LastFetchTime, Stored.LastFetchTime, tolerance) || IsLater(LastReportTime, Stored.LastReportTime, tolerance));

    /// <summary>Takes note of when it was heard of, by whichever replica. Never back to an earlier time.</summary>
    internal void Hear(DateTime? fetch, DateTime? report) => (LastFetchTime, LastReportTime) = (Later(LastFetchTime, fetch), Later(LastReportTime, report));

    private static bool IsLater(DateTime? time, DateTime? than, TimeSpan tolerance) => time is { } known && (than is not { } stored || known - stored > tolerance);

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other : one;
}

/// <summary>That a server was removed.</summary>
/// <param name="After"><see cref="ServerContact.RemovedAfter"/>.</param>
/// <param name="Time">When, by the writer's time.</param>
/// <param name="Sequence">The event that says so, or one that is known to be behind it.</param>
internal sealed record ServerRemovalRecord(long After, DateTime Time, long Sequence);

/// <summary>What the row of a server says.</summary>
/// <param name="LastFetchTime">Its last fetch.</param>
/// <param name="LastReportTime">Its last report.</param>
/// <param name="IsRemoved">Whether it is removed.</param>
internal readonly record struct StoredContact(DateTime? LastFetchTime, DateTime? LastReportTime, bool IsRemoved);

/// <summary>What an agent gets nothing for.</summary>
/// <param name="Since">The first poll, UTC.</param>
/// <param name="Last">The last poll, UTC.</param>
/// <param name="HasExpired">True when the URL has expired; false when it was rotated.</param>
public sealed record PollsInVain(DateTime Since, DateTime Last, bool HasExpired);
