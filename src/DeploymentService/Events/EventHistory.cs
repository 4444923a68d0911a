using System.Globalization;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>Reads what happened.</summary>
public sealed class EventHistory(IDatabaseReader reader, IEventHistory histories)
{
    // An event is about 500 bytes. A page without a limit is a chunk, so that its link is known before it is sent.
    private const int ChunkRows = 1000;

    /// <summary>Ends when the histories from before the start can be read.</summary>
    public Task Loaded => histories.Loaded;

    /// <summary>The number of a deployment, and its server; also of one that is deleted. Null when the project never had it, or its history is purged.</summary>
    public ValueTask<DeploymentNumber?> FindAsync(string projectId, string deploymentId) => reader.FirstAsync(EventQueries.Number, (projectId, deploymentId));

    /// <summary>A page of a history: one without a limit ends after 1,000 events.</summary>
    public static Paging PageOf(Paging paging) => paging with { Limit = paging.Limit ?? ChunkRows };

    /// <summary>The history of a deployment, oldest first. The marker is the sequence of an event; one that is no number marks nothing.</summary>
    public async ValueTask<ListChunk<EventView>> OfDeploymentAsync(long deploymentNumber, Paging paging)
    {
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        _ = long.TryParse(paging.Marker, NumberStyles.None, CultureInfo.InvariantCulture, out var marker);
        var events = await histories.AfterAsync(deploymentNumber, paging.Place ?? marker, wanted + 1);
        var found = events.Take(wanted).Select(EventView.Of).ToList();
        return ListChunk.Of(
            found, events.Count > wanted, paging, view => view.Sequence.ToString(CultureInfo.InvariantCulture), found.Count > 0 ? found[^1].Sequence : 0);
    }

    /// <summary>The latest events of a deployment, latest first. Everything must be loaded.</summary>
    /// <param name="deploymentNumber">The deployment's <see cref="SoftwareDeployment.Sequence"/>.</param>
    /// <param name="most">At most so many.</param>
    public ValueTask<List<DeploymentEvent>> LatestAsync(long deploymentNumber, int most) => histories.LatestAsync(deploymentNumber, most);

    /// <inheritdoc cref="IEventHistory.RemovePurgedAsync" />
    public Task RemovePurgedAsync(CancellationToken cancellation) => histories.RemovePurgedAsync(cancellation);

    /// <summary>Up to which event there are any; 0 before the first.</summary>
    public async ValueTask<long> LastAsync() => (await reader.ListAsync(LogQueries.Last, 0))[0];

    /// <summary>True of a number that no event of this database had, though there are events before and behind it: a restore lets numbers go on far ahead.</summary>
    public async ValueTask<bool> IsPassedOverAsync(long sequence) =>
        (await reader.FirstAsync(LogQueries.Times, sequence))?.Number > sequence && (await reader.ListAsync(LogQueries.First, 0))[0] < sequence;

    /// <summary>When the oldest event was that is there; null when none is.</summary>
    public ValueTask<DateTime?> FirstTimeAsync() => TimeAtAsync(0);

    /// <summary>The first event since a time, or the number behind the last one: numbers grow with time, so that half of them can be left out at every look.</summary>
    /// <param name="since">The time, UTC.</param>
    /// <param name="last">The last event that is looked at.</param>
    public async ValueTask<long> FirstSinceAsync(DateTime since, long last)
    {
        var (low, high) = ((await reader.ListAsync(LogQueries.First, 0))[0], last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (await TimeAtAsync(middle) < since)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>True when there is an event from between two times, the second not included.</summary>
    public async ValueTask<bool> IsAnyBetweenAsync(DateTime from, DateTime to) =>
        await TimeAtAsync(await FirstSinceAsync(from, await LastAsync())) is { } found && found >= from && found < to;

    /// <summary>Takes the events of a project behind one.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="after">The last event that is known.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="events">Gets the events, in order.</param>
    /// <returns>Up to which event all were looked at, and from which one on none is purged: when that is not the next one, some may be missing.</returns>
    public async ValueTask<(long Examined, long First)> ReadAsync(string projectId, long after, int most, List<DeploymentEvent> events)
    {
        // Before the events are read, so that none of those up to it is missed.
        var examined = await LastAsync();
        events.AddRange(await reader.ListAsync(EventQueries.OfProject, (projectId, after), most));
        var reached = events.Count > 0 ? events[^1].Sequence : after;
        // After the events are read, so that none can have been purged before.
        var first = (await reader.ListAsync(LogQueries.First, 0))[0];
        // What was read before that is not missing, though it may be purged by now.
        first = events.Count > 0 ? Math.Min(first, events[0].Sequence) : first;
        return (events.Count == most ? reached : Math.Max(examined, reached), first);
    }

    /// <summary>The time of an event, or of the next that is there; null when none is.</summary>
    internal async ValueTask<DateTime?> TimeAtAsync(long sequence) => (await reader.FirstAsync(LogQueries.Times, sequence))?.Time;
}
