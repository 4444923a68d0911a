using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Quotas;
using DeploymentService.Storage;

namespace DeploymentService.Usage;

/// <summary>Puts together what is known of projects in memory and in the database.</summary>
public sealed class UsageReports(ProjectCounts counts, QuotaOverrides overrides, FleetIndex fleet, IDatabaseReader reader, TimeProvider time)
{
    private readonly KeptCount<Dictionary<string, ProjectRows>> _all = new(
        async () => (await reader.ListAsync(QuotaQueries.OfAll, 0)).GroupBy(part => part.ProjectId).ToDictionary(
            parts => parts.Key, parts => parts.Aggregate(new ProjectRows(parts.Key), (sum, part) => sum.Plus(part))),
        all => all.Count,
        time);

    /// <summary>The usage of a project, with its quotas. The fleet must be current.</summary>
    internal async Task<UsageView> OfAsync(string projectId)
    {
        var (rows, counted) = await counts.OfAsync(projectId);
        var limits = await overrides.OfAsync(projectId);
        var webhooks = await counts.WebhooksAsync(projectId);
        var view = ViewOf(rows, counted);
        return view with
        {
            Quotas = [.. QuotaWords.Kinds.Select(kind => new UsedQuota(QuotaWords.Of(kind), limits.Of(kind), kind switch
            {
                QuotaKind.Deployments => view.Rows.Deployments,
                QuotaKind.Configs => rows.Configs,
                QuotaKind.Bytes => rows.Bytes,
                QuotaKind.Servers => view.Rows.Servers,
                QuotaKind.Rollouts => rows.Rollouts,
                _ => webhooks,
            }))],
        };
    }

    /// <summary>What all projects have, by their ids in order, and when that was counted.</summary>
    internal async Task<(IReadOnlyList<ProjectRows> Rows, DateTime Time)> AllAsync()
    {
        await _all.AboutAsync(Timeout.InfiniteTimeSpan);
        var known = _all.Last ?? throw new FaultException(Fault.Unavailable("The projects could not be counted: try again in a moment."));
        return ([.. known.Value.Keys.Union(fleet.ProjectIds()).Order(StringComparer.Ordinal).Select(id => known.Value.GetValueOrDefault(id) ?? new(id))], known.Time);
    }

    /// <summary>A page of them; the marker is the id of a project.</summary>
    internal ListChunk<UsageView> PageOf((IReadOnlyList<ProjectRows> Rows, DateTime Time) all, Paging paging) => ListChunk.OfRest(
        all.Rows.SkipWhile(rows => paging.Marker is { } marker && string.CompareOrdinal(rows.ProjectId, marker) <= 0).Select(rows => ViewOf(rows, all.Time)), paging, view => view.ProjectId);

    private UsageView ViewOf(ProjectRows rows, DateTime counted)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (deployments, servers, hours) = fleet.Look(rows.ProjectId, project => (project.Counts.Total, project.ServerCount, project.Hours.Until(now)));
        // The hour before, and as much of this one as is over.
        var minutes = 60 + ((now - hours[^1].Time).TotalMinutes is > 0 and var past ? past : 0);
        return new(
            rows.ProjectId,
            new(deployments, rows.Configs, servers, rows.Rollouts, rows.Tokens),
            new(rows.ConfigBytes, rows.InputBytes, rows.OutputBytes, rows.Bytes),
            new(Math.Round((hours[^1].Reports + hours[^2].Reports) / minutes, 2), hours.Sum(hour => (long)hour.Reports), hours.Sum(hour => (long)hour.Failures)),
            counted);
    }
}
