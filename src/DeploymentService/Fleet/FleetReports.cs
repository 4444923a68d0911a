using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>How a project and its servers stand. What has to be counted or sorted is, beside the fleet's lock.</summary>
public sealed class FleetReports(FleetIndex fleet, CurrentFleet current, SearchLimit searches, FleetOptions options, TimeProvider time)
{
    /// <summary>How the deployments stand that fit a filter, and their servers; of a whole project also its last hours.</summary>
    public async Task<FleetSummary> SummaryAsync(string projectId, DeploymentFilter filter, CancellationToken cancel)
    {
        await current.WaitAsync(cancel);
        if (filter != DeploymentFilter.None)
        {
            var entries = fleet.Look(projectId, project => project.Entries);
            return await searches.RunAsync(entries.Count, () => Count(entries, filter), cancel);
        }

        // What is counted while it changes is not counted again.
        var (byStatus, overdue, hours, servers) = fleet.Look(
            projectId, project => (StatusCountsView.Of(project.Counts), project.Counts.Overdue, project.Hours.Until(Now), project.Servers()));
        return await searches.RunAsync(
            servers.Count, () => new FleetSummary(byStatus, overdue, servers.Count, CountSilent(servers.InOrder)) { Hours = hours }, cancel);
    }

    /// <summary>The servers that are asked for, in the order of their ids, and whether there are more behind them.</summary>
    public async Task<(List<ServerView> Servers, bool IsMore)> ServersAsync(string projectId, ServerQuery query, Paging paging, CancellationToken cancel)
    {
        await current.WaitAsync(cancel);
        var servers = fleet.Look(projectId, project => project.Servers());
        var found = await searches.RunAsync(servers.Count, () => Find(servers, query, paging), cancel);
        var isMore = found.Count > paging.Limit;
        if (isMore)
        {
            found.RemoveAt(found.Count - 1);
        }

        return (found, isMore);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private FleetSummary Count(ArraySegment<FleetEntry?> entries, DeploymentFilter filter)
    {
        var counts = new StatusCounts();
        var servers = new HashSet<FleetServer>();
        foreach (var entry in entries)
        {
            if (entry is not null && filter.Matches(entry))
            {
                counts.Add(entry, 1);
                servers.Add(entry.Server);
            }
        }

        return new(StatusCountsView.Of(counts), counts.Overdue, servers.Count, CountSilent(servers));
    }

    private int CountSilent(IEnumerable<FleetServer> servers)
    {
        var now = Now;
        return fleet.LookAtEach(servers, server => server.SilentSince(now, options.Silence) is not null).Count(isSilent => isSilent);
    }

    private List<ServerView> Find(ServerSnapshot servers, ServerQuery query, Paging paging)
    {
        var now = Now;
        var behind = servers.InOrder.Where(server => paging.Marker is null || string.CompareOrdinal(server.Id, paging.Marker) > 0);
        // One more than is asked for tells whether there is a next page.
        var most = paging.Limit is { } limit ? (int)Math.Min((long)limit + 1, int.MaxValue) : int.MaxValue;
        return [.. fleet.LookAtEach(behind, server => ServerView.Of(server, now, options)).Where(query.Matches).Take(most)];
    }
}
