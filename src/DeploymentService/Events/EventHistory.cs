using System.Globalization;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Events;

/// <summary>Reads what happened.</summary>
public sealed class EventHistory(SqliteReaders readers, HistoryIndex index)
{
    // An event is about 500 bytes. A page without a limit is a chunk, so that its link is known before it is sent.
    private const int ChunkRows = 1000;

    /// <summary>Ends when the histories from before the start can be read.</summary>
    public Task Loaded => index.Loaded;

    /// <summary>The number of a deployment, and its server; also of one that is deleted. Null when the project never had it, or its history is purged.</summary>
    public DeploymentNumber? Find(string projectId, string deploymentId) => readers.Read(
        static (session, key) => Find(session, DeploymentQueries.PlaceText, key),
        (projectId, deploymentId));

    /// <summary>A page of a history: one without a limit ends after 1,000 events.</summary>
    public static Paging PageOf(Paging paging) => paging with { Limit = paging.Limit ?? ChunkRows };

    /// <summary>The history of a deployment, oldest first. The marker is the sequence of an event; one that is no number marks nothing.</summary>
    public ListChunk<EventView> OfDeployment(long deploymentNumber, Paging paging) => readers.Read(
        static (session, query) =>
        {
            var (index, deploymentNumber, paging) = query;
            var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
            _ = long.TryParse(paging.Marker, NumberStyles.None, CultureInfo.InvariantCulture, out var marker);
            var found = new List<EventView>();
            foreach (var evt in Events(session, index.After(session, deploymentNumber, paging.Place ?? marker)))
            {
                if (found.Count == wanted)
                {
                    return Chunk(more: true);
                }

                found.Add(EventView.Of(evt));
            }

            return Chunk(more: false);

            ListChunk<EventView> Chunk(bool more) => ListChunk.Of(
                found, more, paging, view => view.Sequence.ToString(CultureInfo.InvariantCulture), found.Count > 0 ? found[^1].Sequence : 0);
        },
        (index, deploymentNumber, paging));

    /// <summary>The events of a deployment, latest first. Everything must be loaded.</summary>
    /// <param name="session">Reads them while they are enumerated.</param>
    /// <param name="deploymentNumber">The deployment's <see cref="SoftwareDeployment.Sequence"/>.</param>
    public IEnumerable<DeploymentEvent> Latest(SqliteSession session, long deploymentNumber) => Events(session, index.Latest(session, deploymentNumber));

    /// <summary>Up to which event there are any; 0 before the first.</summary>
    public long Last() => Number(EventSql.Last);

    /// <summary>From which event on none is purged; 0 before the first.</summary>
    public long First() => Number(EventSql.First);

    /// <summary>The time of an event, or of the next that is there; null when none is.</summary>
    public DateTime? TimeAt(long sequence) => readers.Read(
        static (session, sequence) =>
        {
            var row = session.Prepare(EventSql.TimeAt).Bind(1, sequence);
            var found = row.Step() ? row.Time(1) : (DateTime?)null;
            row.Reset();
            return found;
        },
        sequence);

    /// <summary>The first event since a time, or the number behind the last one: numbers grow with time, so that half of them can be left out at every look.</summary>
    /// <param name="since">The time, UTC.</param>
    /// <param name="last">The last event that is looked at.</param>
    public long FirstSince(DateTime since, long last)
    {
        var (low, high) = (First(), last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (TimeAt(middle) < since)
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
    public bool IsAnyBetween(DateTime from, DateTime to) => TimeAt(FirstSince(from, Last())) is { } found && found >= from && found < to;

    /// <summary>Takes the events of a project behind one.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="after">The last event that is known.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="events">Gets the events, in order.</param>
    /// <returns>Up to which event all were looked at, and from which one on none is purged: when that is not the next one, some may be missing.</returns>
    public (long Examined, long First) Read(string projectId, long after, int most, List<DeploymentEvent> events) => readers.Read(
        static (session, query) =>
        {
            // Before the events are read, so that none of those up to it is missed.
            var examined = Number(session, EventSql.Last);
            var row = session.Prepare(EventSql.OfProject).Bind(1, query.projectId).Bind(2, query.after);
            while (query.events.Count < query.most && row.Step())
            {
                query.events.Add(EventSql.Read(row));
            }

            row.Reset();
            var reached = query.events.Count > 0 ? query.events[^1].Sequence : query.after;
            // After the events are read, so that none can have been purged before.
            return (query.events.Count == query.most ? reached : Math.Max(examined, reached), Number(session, EventSql.First));
        },
        (projectId, after, most, events));

    /// <summary>Events by their sequences; without those that were purged meanwhile.</summary>
    private static IEnumerable<DeploymentEvent> Events(SqliteSession session, IEnumerable<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            var row = session.Prepare(EventSql.One).Bind(1, sequence);
            if (row.Step())
            {
                var evt = EventSql.Read(row);
                row.Reset();
                yield return evt;
            }
        }
    }

    private static DeploymentNumber? Find(SqliteSession session, string sql, (string ProjectId, string DeploymentId) key)
    {
        var row = session.Prepare(sql).Bind(1, key.ProjectId).Bind(2, key.DeploymentId);
        if (!row.Step())
        {
            return null;
        }

        var found = new DeploymentNumber(row.Integer(0), row.Text(1));
        row.Reset();
        return found;
    }

    private static long Number(SqliteSession session, string sql)
    {
        var row = session.Prepare(sql);
        var number = row.Step() ? row.Integer(0) : 0;
        row.Reset();
        return number;
    }

    private long Number(string sql) => readers.Read(Number, sql);
}

/// <summary>By what the history of a deployment is found.</summary>
/// <param name="Number">The deployment's <see cref="SoftwareDeployment.Sequence"/>.</param>
/// <param name="ServerId">Its server.</param>
public sealed record DeploymentNumber(long Number, string ServerId);
