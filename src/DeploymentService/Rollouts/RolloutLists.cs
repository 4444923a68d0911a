using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>Reads lists of rollouts, of their servers and of what happened to them, chunk by chunk.</summary>
public sealed class RolloutLists(IDatabaseReader reader, RolloutReports reports, ConfigRollouts configs, Redaction redaction)
{
    private const int ChunkRollouts = 100;
    private const int ChunkRows = 1000;

    /// <summary>By what rollouts are read, newest first.</summary>
    internal async ValueTask<Func<Paging, ValueTask<ListChunk<RolloutView>>>> ReadingAsync(string projectId, RolloutListQuery query, CancellationToken cancel)
    {
        // Before the reading, which has its turns: nobody waits for a second one.
        if (query.IsByConfig)
        {
            var views = await configs.ListAsync(projectId, cancel);
            return paging => ValueTask.FromResult(OfConfigs(views, query, paging));
        }

        var overdue = await reports.OverdueAsync(projectId, cancel);
        return paging => ReadAsync(projectId, query, paging, overdue);
    }

    private async ValueTask<ListChunk<RolloutView>> ReadAsync(string projectId, RolloutListQuery query, Paging paging, Dictionary<string, long> overdue)
    {
        var before = paging.Place ?? await PlaceAsync(projectId, paging.Marker);
        var (found, more) = await TakeAsync<Rollout>(
            paging, ChunkRollouts, (most, take) => reader.ForEachAsync(RolloutQueries.OfProject, (projectId, before), most, take), query.IsOfAll ? null : rollout => query.Matches(rollout.Status, rollout.Name));
        var views = found.Count == 0 ? [] : await reports.ListAsync(found, overdue);
        return ListChunk.Of([.. views], more, paging, view => view.Id!, found.Count > 0 ? found[^1].Number : 0);
    }

    /// <summary>The servers of a rollout, in its order. The marker is a place.</summary>
    internal async ValueTask<ListChunk<RolloutServerView>> ServersAsync(Caller caller, Rollout rollout, RolloutServersQuery query, Paging paging)
    {
        // The first is at 0, and one that is no number marks nothing.
        var after = paging.Place ?? (long.TryParse(paging.Marker, NumberStyles.None, CultureInfo.InvariantCulture, out var marker) ? marker : -1);
        var wanted = query.Statuses.Select(status => RolloutServerStatus.All.Index().First(word => word.Item == status).Index).ToHashSet();
        var (found, more) = await TakeAsync<ShownServer>(
            paging,
            ChunkRows,
            (most, take) => wanted.Count == 1
                ? reader.ForEachAsync(RolloutQueries.ServersOfOutcome, (rollout, after, (RolloutOutcome)wanted.Single()), most, take)
                : reader.ForEachAsync(RolloutQueries.Servers, (rollout, after), most, take),
            wanted.Count <= 1 ? null : server => wanted.Contains((int)server.Server.Outcome));
        var last = found.Count > 0 ? found[^1].Server.Position : 0;
        var views = found.ConvertAll(RolloutServerView.Of);
        var chunk = ListChunk.Of(views, more, paging, _ => last.ToString(CultureInfo.InvariantCulture), last);
        return caller.SeesSecrets ? chunk : chunk.Select(view => view with { StatusReason = redaction.ShortReasonOf(view.StatusReason) });
    }

    /// <summary>What happened to a rollout, oldest first. The marker is the sequence of an event.</summary>
    internal async ValueTask<ListChunk<SubjectEventView>> EventsAsync(Caller caller, Rollout rollout, Paging paging)
    {
        _ = long.TryParse(paging.Marker, NumberStyles.None, CultureInfo.InvariantCulture, out var marker);
        var (found, more) = await TakeAsync<DeploymentEvent>(
            paging, ChunkRows, (most, take) => reader.ForEachAsync(RolloutQueries.Events, (rollout, paging.Place ?? marker), most, take), isWanted: null);
        var views = found.ConvertAll(SubjectEventView.Of);
        var chunk = ListChunk.Of(views, more, paging, view => view.Sequence.ToString(CultureInfo.InvariantCulture), views.Count > 0 ? views[^1].Sequence : 0);
        return chunk.Select(view => view with { Reason = redaction.ShortReasonFor(caller, view.Reason) });
    }

    private static ListChunk<RolloutView> OfConfigs(List<RolloutView> all, RolloutListQuery query, Paging paging)
    {
        var views = all.FindAll(view => query.Matches(view.Status, view.Name));
        return ListChunk.OfRest(views.Skip(paging.Marker is null ? 0 : views.FindIndex(view => view.ConfigId == paging.Marker) + 1), paging, view => view.ConfigId);
    }

    /// <summary>The place of a marker; behind all when there is none, or none that is known, as in Heat.</summary>
    private async ValueTask<long> PlaceAsync(string projectId, string? marker) =>
        marker is not null && await reader.FirstAsync(RolloutQueries.Find, (projectId, marker)) is { } found ? found.Number : long.MaxValue;

    /// <summary>As many rows as one chunk holds of those that are wanted, and whether there are more.</summary>
    /// <param name="paging">Which part.</param>
    /// <param name="chunk">How many rows a chunk has at most.</param>
    /// <param name="read">Reads so many rows at most.</param>
    /// <param name="isWanted">Which of them are wanted; null for all, of which the database is asked for no more than a chunk.</param>
    private static async ValueTask<(List<T> Found, bool IsMore)> TakeAsync<T>(Paging paging, int chunk, Func<int, Func<T, bool>, ValueTask> read, Func<T, bool>? isWanted)
    {
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, chunk);
        var (found, more) = (new List<T>(), false);
        await read(isWanted is null ? wanted + 1 : int.MaxValue, row =>
        {
            if (isWanted?.Invoke(row) != false)
            {
                more = found.Count == wanted;
                if (!more)
                {
                    found.Add(row);
                }
            }

            return !more;
        });
        return (found, more);
    }
}
