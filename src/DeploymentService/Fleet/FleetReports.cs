using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>How a project and its servers stand. What has to be counted or sorted is, beside the fleet's lock.</summary>
public sealed class FleetReports(FleetIndex fleet, CurrentFleet current, SearchLimit searches, FleetOptions options, TimeProvider time)
{
    /// <summary>How the deployments stand that fit a filter, and their servers; of a whole project also its last hours.</summary>
    public async Task<FleetSummary> SummaryAsync(string projectId, SummaryQuery query, CancellationToken cancel)
    {
        await current.WaitAsync(cancel);
        var isOfAll = query.Filter with { Redaction = null } == DeploymentFilter.None;
        var counted = isOfAll && query.GroupBy is null ? null : await CountAsync(projectId, query, cancel);
        var summary = isOfAll
            ? await SummaryOfAllAsync(projectId, cancel)
            : new(StatusCountsView.Of(counted!.Counts), counted.Counts.Overdue, counted.Servers.Count, CountSilent(counted.Servers));
        return query.GroupBy is null ? summary : summary with { Groups = counted!.Groups, GroupCount = counted.GroupCount };
    }

    /// <summary>The names of configs, or the actions, that deployments have.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="query">Which are asked for.</param>
    /// <param name="textsOf">Gives the texts of the project.</param>
    /// <param name="cancel">Ends the waiting.</param>
    internal async Task<IReadOnlyList<SuggestionView>> SuggestAsync(
        string projectId, SuggestionQuery query, Func<ProjectFleet, FleetTexts<FleetWord>> textsOf, CancellationToken cancel)
    {
        await current.WaitAsync(cancel);
        var words = fleet.Look(projectId, project => textsOf(project).All.ToArray());
        return await searches.RunAsync(projectId, words.Length, () => query.Of(Array.ConvertAll(words, word => new SuggestionView(word.Text, word.Uses))), cancel);
    }

    /// <summary>The servers that are asked for, in the order of their ids, and whether there are more behind them.</summary>
    public async Task<(List<ServerView> Servers, bool IsMore)> ServersAsync(string projectId, ServerQuery query, Paging paging, CancellationToken cancel)
    {
        await current.WaitAsync(cancel);
        var servers = fleet.Look(projectId, project => project.Servers());
        var found = await searches.RunAsync(projectId, servers.Count, () => Find(servers, query, paging), cancel);
        var isMore = found.Count > paging.Limit;
        if (isMore)
        {
            found.RemoveAt(found.Count - 1);
        }

        return (found, isMore);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async ValueTask<FleetCount> CountAsync(string projectId, SummaryQuery query, CancellationToken cancel)
    {
        var deployments = fleet.Look(projectId, project => project.Snapshot(query.Filter));
        return await searches.RunAsync(projectId, deployments.Count, () => FleetCount.Of(deployments, query), cancel);
    }

    private async ValueTask<FleetSummary> SummaryOfAllAsync(string projectId, CancellationToken cancel)
    {
        // What is counted while it changes is not counted again.
        var (byStatus, overdue, hours, servers) = fleet.Look(
            projectId, project => (StatusCountsView.Of(project.Counts), project.Counts.Overdue, project.Hours.Until(Now), project.Servers()));
        return await searches.RunAsync(
            projectId, servers.Count, () => new FleetSummary(byStatus, overdue, servers.Count, CountSilent(servers.InOrder)) { Hours = hours }, cancel);
    }

    /// <summary>How many of these servers were heard of once and are no more.</summary>
    internal int CountSilent(IEnumerable<FleetServer> servers)
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
