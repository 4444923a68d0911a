using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>A server of a project, as far as it is known from its deployments, its polls and its reports.</summary>
public sealed class FleetServer(string projectId, string id)
{
    /// <summary>The project.</summary>
    public string ProjectId => projectId;

    /// <summary>The server.</summary>
    public string Id => id;

    /// <summary>Its deployments.</summary>
    public StatusCounts Counts { get; } = new();

    /// <summary>When its agent last asked what to run, UTC; null for never.</summary>
    public DateTime? LastFetchTime { get; internal set; }

    /// <summary>When it last reported, UTC; null for never.</summary>
    public DateTime? LastReportTime { get; internal set; }

    /// <summary><see cref="ServerContact.RemovedAfter"/>.</summary>
    public long? RemovedAfter { get; internal set; }

    /// <summary>True from its removal until it is heard of again, or is given something to do: then nobody is shown it.</summary>
    public bool IsRemoved => RemovedAfter is not null;

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
    internal ServerContact ToContact() => new()
    {
        ProjectId = ProjectId,
        ServerId = Id,
        LastFetchTime = LastFetchTime,
        LastReportTime = LastReportTime,
        RemovedAfter = RemovedAfter,
    };
}

/// <summary>What an agent gets nothing for.</summary>
/// <param name="Since">The first poll, UTC.</param>
/// <param name="Last">The last poll, UTC.</param>
/// <param name="HasExpired">True when the URL has expired; false when it was rotated.</param>
public sealed record PollsInVain(DateTime Since, DateTime Last, bool HasExpired);
