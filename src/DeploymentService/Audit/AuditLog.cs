using System.Globalization;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Storage;

namespace DeploymentService.Audit;

/// <summary>Reads from the log what people did: an index has these events alone, however many of deployments are between them.</summary>
public sealed class AuditLog(IDatabaseReader reader, EventHistory history)
{
    private const int ChunkRows = 1000;

    /// <summary>The numbers of the events that happened in the time that is asked for.</summary>
    internal async ValueTask<AuditRange> RangeOfAsync(AuditQuery query)
    {
        if (query is { Since: null, Before: null })
        {
            return new(0, long.MaxValue);
        }

        var last = await history.LastAsync();
        return new(
            query.Since is { } since ? await history.FirstSinceAsync(since, last) : 0,
            query.Before is { } before ? await history.FirstSinceAsync(before, last) : long.MaxValue);
    }

    /// <summary>What people did, newest first. The marker is the sequence of an event; one that is no number marks nothing.</summary>
    internal async ValueTask<ListChunk<SubjectEventView>> ReadAsync(string projectId, AuditQuery query, AuditRange range, Paging paging)
    {
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        var before = paging.Place ?? (long.TryParse(paging.Marker, NumberStyles.None, CultureInfo.InvariantCulture, out var marker) ? marker : long.MaxValue);
        var page = new AuditPage(projectId, range with { End = Math.Min(range.End, before) }, query);
        var rows = await reader.ListAsync(AuditQueries.Page, page, wanted + 1);
        // What is of all projects is of each of them.
        rows.AddRange(await reader.ListAsync(AuditQueries.Page, page with { ProjectId = "" }, wanted + 1));
        var found = rows.OrderByDescending(row => row.Sequence).Take(wanted).Select(SubjectEventView.Of).ToList();
        return ListChunk.Of(found, rows.Count > wanted, paging, view => view.Sequence.ToString(CultureInfo.InvariantCulture), found.Count > 0 ? found[^1].Sequence : 0);
    }
}

/// <summary>Events from a number on, up to one before another.</summary>
internal readonly record struct AuditRange(long First, long End);
