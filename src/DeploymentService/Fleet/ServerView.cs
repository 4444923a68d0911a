using System.Text.Json.Serialization;
using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>A server. Every key is always there.</summary>
public sealed record ServerView
{
    /// <summary>The server.</summary>
    public required string ServerId { get; init; }

    /// <summary>When it last reported; null for never.</summary>
    public required DateTime? LastReportTime { get; init; }

    /// <summary>When its agent last asked what to run; null for never.</summary>
    public required DateTime? LastFetchTime { get; init; }

    /// <summary>Whether it is silent.</summary>
    public required bool Silent { get; init; }

    /// <summary>When it was last heard of, where it is silent.</summary>
    public required DateTime? SilentSince { get; init; }

    /// <summary>Its deployments by status.</summary>
    public required StatusCountsView Counts { get; init; }

    /// <summary>How many of them are overdue.</summary>
    public required int Overdue { get; init; }

    /// <summary>What the wire shows of a server. Under the fleet's lock.</summary>
    internal static ServerView Of(FleetServer server, DateTime now, FleetOptions options)
    {
        var silentSince = server.SilentSince(now, options.Silence);
        return new()
        {
            ServerId = server.Id,
            LastReportTime = server.LastReportTime,
            LastFetchTime = server.LastFetchTime,
            Silent = silentSince is not null,
            SilentSince = silentSince,
            Counts = StatusCountsView.Of(server.Counts),
            Overdue = server.Counts.Overdue,
        };
    }
}

/// <summary>The answer with servers.</summary>
/// <param name="Servers">The servers, in the order of their ids.</param>
public sealed record ServerList(IReadOnlyList<ServerView> Servers)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? ServersLinks { get; init; }
}
