using System.Text.Json.Serialization;
using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>A server. Every key is always there.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="LastReportTime">When it last reported; null for never.</param>
/// <param name="LastFetchTime">When its agent last asked what to run; null for never.</param>
/// <param name="Silent">Whether it is silent.</param>
/// <param name="SilentSince">When it was last heard of, where it is silent.</param>
/// <param name="Counts">Its deployments by status.</param>
/// <param name="Overdue">How many of them are overdue.</param>
public sealed record ServerView(
    string ServerId, DateTime? LastReportTime, DateTime? LastFetchTime, bool Silent, DateTime? SilentSince, StatusCountsView Counts, int Overdue)
{
    /// <summary>What the wire shows of a server. Under the fleet's lock.</summary>
    internal static ServerView Of(FleetServer server, DateTime now, FleetOptions options)
    {
        var silentSince = server.SilentSince(now, options.Silence);
        return new(
            server.Id, server.LastReportTime, server.LastFetchTime, silentSince is not null, silentSince, StatusCountsView.Of(server.Counts), server.Counts.Overdue);
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
