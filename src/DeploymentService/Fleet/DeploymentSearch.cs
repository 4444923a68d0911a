using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>
/// Finds deployments in memory and reads their rows. A list without a limit is read in chunks while it is sent: what is deleted meanwhile is left out.
/// </summary>
public sealed class DeploymentSearch(
    FleetIndex fleet, SearchLimit searches, OutputSearch outputs, IDatabaseReader reader, CurrentFleet current, DetailEnricher details)
{
    // What a row has beside its large values, about.
    private const int SmallBytes = 300;

    private static readonly Query<(string ProjectId, string Id), SoftwareDeployment> Rows = ById(DeploymentQueries.Find);
    private static readonly Query<(string ProjectId, string Id), SoftwareDeployment> RowsWithoutOutputs = ById(DeploymentQueries.FindWithoutOutputs);

    /// <summary>As <see cref="CurrentFleet.WaitAsync"/>.</summary>
    public ValueTask WaitAsync(CancellationToken cancel) => current.WaitAsync(cancel);

    /// <summary>Finds what is asked for. The fleet must be current.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="paging">Which part.</param>
    /// <param name="cancel">Ends the waiting for a place to search.</param>
    internal async ValueTask<FoundDeployments> FindAsync(string projectId, DeploymentListQuery query, Paging paging, CancellationToken cancel)
    {
        var deployments = fleet.Look(projectId, project => project.Snapshot(query.Filter));
        // One more than is asked for tells whether there is a next page.
        var most = paging.Limit is { } limit ? (int?)Math.Min((long)limit + 1, int.MaxValue) : null;
        var after = query.Place ?? await PlaceOfAsync(projectId, query.Order, paging.Marker);
        if (query.SearchesOutputs)
        {
            var candidates = await searches.RunAsync(
                projectId, deployments.Count, () => Search(query.Filter with { Text = null }, matcher => FleetSearch.Find(deployments, matcher, query.Order, after, OutputSearch.MostLooked + 1)), cancel);
            var (those, looked) = await outputs.FindAsync(projectId, candidates[..Math.Min(candidates.Count, OutputSearch.MostLooked)], query.Filter, most ?? int.MaxValue, cancel);
            var isAll = looked == candidates.Count;
            return FoundDeployments.Of(those, paging.Limit) is { Last: not null } cut
                ? cut with { OutputsLookedAt = looked }
                : FoundDeployments.Of(those, paging.Limit) with { Last = isAll || looked == 0 || paging.Limit == 0 ? null : candidates[looked - 1], OutputsLookedAt = looked };
        }

        var (found, count) = await searches.RunAsync(projectId, deployments.Count, () => Search(query.Filter, matcher => (
            FleetSearch.Find(deployments, matcher, query.Order, after, most), query.WithCount ? FleetSearch.Count(deployments, matcher) : (int?)null)), cancel);
        return FoundDeployments.Of(found, paging.Limit) with { Count = count };

        T Search<T>(DeploymentFilter filter, Func<FilterMatcher, T> search)
        {
            using var matcher = new FilterMatcher(filter, deployments.Servers);
            return search(matcher);
        }
    }

    /// <summary>By what the rows of those that were found are read, chunk by chunk.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="found">What was found.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="show">What the caller may see of a view.</param>
    internal Func<Paging, ValueTask<ListChunk<DeploymentView>>> Reading(
        string projectId, FoundDeployments found, DeploymentListQuery query, Func<DeploymentView, ValueTask<DeploymentView>> show)
    {
        var rows = new RowsById<SoftwareDeployment>(
            reader, projectId, new IdTexts(found.Entries), query.Values == ShownValues.None ? RowsWithoutOutputs : Rows, SizeOf);
        // The link leads on behind what was found, also where some of it is deleted by now.
        var link = found.Last is { } last ? (SortCursor.Parameter, query.Order.CursorOf(last).ToString()) : ((string, string)?)null;
        return async _ =>
        {
            var views = new List<DeploymentView>();
            foreach (var deployment in await rows.NextAsync(PiecewiseResponse.PieceBytes))
            {
                views.Add(await ViewOfAsync(deployment, query, show));
            }

            return new(views, found.Last?.Id.ToString(), LastPlace: 0, rows.IsAtEnd, IsCut: found.Last is not null) { NextPage = link };
        };
    }

    /// <summary>The ids of deployments as texts, each made when it is asked for: those of a large fleet would take much memory for as long as the answer is sent.</summary>
    private sealed class IdTexts(List<FleetEntry> entries) : IReadOnlyList<string>
    {
        public int Count => entries.Count;

        public string this[int index] => entries[index].Id.ToString();

        public IEnumerator<string> GetEnumerator() => entries.Select(entry => entry.Id.ToString()).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static Query<(string ProjectId, string Id), SoftwareDeployment> ById(Query<DeploymentKey, SoftwareDeployment> query) =>
        new(query.Sql, (parameters, key) => query.Bind(parameters, new(key.ProjectId, key.Id)), query.Read);

    private static int SizeOf(SoftwareDeployment row) =>
        SmallBytes + (row.InputValues?.Utf8.Length ?? 0) + (row.OutputValues?.Utf8.Length ?? 0) + (row.StatusReason?.Length ?? 0);

    private async ValueTask<DeploymentView> ViewOfAsync(SoftwareDeployment deployment, DeploymentListQuery query, Func<DeploymentView, ValueTask<DeploymentView>> show)
    {
        var view = DeploymentView.Of(deployment).With(query.Values);
        if (!query.Detail)
        {
            var name = query.Format == ListFormat.Json ? null : fleet.Look(deployment.ProjectId, project => project.FindConfig(deployment.ConfigId)?.Name);
            return await show(view with { ConfigName = name });
        }

        // Secrets are looked for in the whole of a reason: half of one might not be recognised.
        return (await show(await details.AddAsync(view, deployment))).WithShortReason();
    }

    /// <summary>The place of a marker; none when it is not known, as in Heat. One that is deleted has its place in the order of creation alone.</summary>
    private async ValueTask<SortCursor?> PlaceOfAsync(string projectId, DeploymentOrder order, string? marker)
    {
        if (marker is null)
        {
            return null;
        }

        var number = (await reader.FirstAsync(EventQueries.Number, (projectId, marker)))?.Number ?? 0;
        return fleet.Look(projectId, project => project.Find(number)) is { } entry ? order.CursorOf(entry)
            : number > 0 && order.Key == SortKey.CreationTime ? new SortCursor(0, null, number)
            : null;
    }
}

/// <summary>Deployments that were found.</summary>
/// <param name="Entries">As many as are to be shown.</param>
/// <param name="Last">Behind which one the next page begins; null when this is the last.</param>
internal sealed record FoundDeployments(List<FleetEntry> Entries, FleetEntry? Last)
{
    /// <summary>How many there are on all pages together, where that is asked for.</summary>
    public int? Count { get; init; }

    /// <summary>Of how many the outputs were looked at, where they were.</summary>
    public int? OutputsLookedAt { get; init; }

    /// <summary>Cuts what was found, one more than is to be shown where there are more.</summary>
    public static FoundDeployments Of(List<FleetEntry> found, int? limit) =>
        limit is { } most && found.Count > most ? new(found[..most], most > 0 ? found[most - 1] : null) : new(found, null);
}
