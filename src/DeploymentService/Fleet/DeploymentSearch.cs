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
    FleetIndex fleet, SearchLimit searches, IDatabaseReader reader, CurrentFleet current, DetailEnricher details)
{
    private const int ChunkRows = 500;

    /// <summary>As <see cref="CurrentFleet.WaitAsync"/>.</summary>
    public ValueTask WaitAsync(CancellationToken cancel) => current.WaitAsync(cancel);

    /// <summary>Finds what is asked for, and returns by what the rows of it are read, chunk by chunk. The fleet must be current.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="paging">Which part.</param>
    /// <param name="show">What the caller may see of a view.</param>
    /// <param name="cancel">Ends the waiting for a place to search.</param>
    public async ValueTask<Func<Paging, ValueTask<ListChunk<DeploymentView>>>> FindAsync(
        string projectId, DeploymentListQuery query, Paging paging, Func<DeploymentView, ValueTask<DeploymentView>> show, CancellationToken cancel)
    {
        var entries = fleet.Look(projectId, project => project.Entries);
        // One more than is asked for tells whether there is a next page.
        var most = paging.Limit is { } limit ? (int?)Math.Min((long)limit + 1, int.MaxValue) : null;
        var after = query.Place ?? await PlaceOfAsync(projectId, query.Order, paging.Marker);
        var found = paging.Limit == 0
            ? []
            : await searches.RunAsync(entries.Count, () => FleetSearch.Find(entries, query.Filter, query.Order, after, most), cancel);
        return part => ReadAsync(projectId, found, query, paging, (int)(part.Place ?? 0), show);
    }

    private async ValueTask<ListChunk<DeploymentView>> ReadAsync(
        string projectId, List<FleetEntry> found, DeploymentListQuery query, Paging paging, int place, Func<DeploymentView, ValueTask<DeploymentView>> show)
    {
        var end = Math.Min(found.Count, paging.Limit ?? int.MaxValue);
        var views = new List<DeploymentView>();
        var bytes = 0;
        for (; place < end && views.Count < ChunkRows && bytes <= PiecewiseResponse.PieceBytes; place++)
        {
            if (await RowOfAsync(projectId, found[place], query.Values) is { } deployment)
            {
                var view = await ViewOfAsync(deployment, query, show);
                views.Add(view);
                bytes += view.LargeBytes;
            }
        }

        // The link leads on behind what was found, also where some of it is deleted by now.
        var isCut = end > 0 && end < found.Count;
        return new(views, isCut ? found[end - 1].Id.ToString() : null, place, IsLast: place >= end, isCut)
        {
            NextPage = isCut ? (SortCursor.Parameter, query.Order.CursorOf(found[end - 1]).ToString()) : null,
        };
    }

    private async ValueTask<DeploymentView> ViewOfAsync(SoftwareDeployment deployment, DeploymentListQuery query, Func<DeploymentView, ValueTask<DeploymentView>> show)
    {
        var view = DeploymentView.Of(deployment).With(query.Values);
        // Secrets are looked for in the whole of a reason: half of one might not be recognised.
        return query.Detail ? (await show(await details.AddAsync(view, deployment))).WithShortReason() : await show(view);
    }

    private ValueTask<SoftwareDeployment?> RowOfAsync(string projectId, FleetEntry entry, ShownValues values) => reader.FirstAsync(
        values == ShownValues.None ? DeploymentQueries.FindWithoutOutputs : DeploymentQueries.Find, new(projectId, entry.Id.ToString()));

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
