using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Finds the events of a deployment by the <see cref="HistoryIndex"/>: in each segment, then in memory, and what the index has not taken yet in the log itself.
/// </summary>
internal sealed class SqliteEventHistory(SqliteReaders readers, HistoryIndex index, HistoryIndexer indexer) : IEventHistory
{
    private const string OneSql = $"SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.sequence = ?1";

    // Of a deployment, but no index leads there: mostly there is no event behind the index at all.
    private const string BehindSql =
        $"SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.sequence > ?1 AND e.deployment_number = ?2 ORDER BY e.sequence";

    private const string LatestBehindSql = $"{BehindSql} DESC";

    /// <inheritdoc />
    public Task Loaded => index.Loaded;

    /// <inheritdoc />
    public ValueTask<List<DeploymentEvent>> AfterAsync(long deploymentNumber, long after, int most) => ValueTask.FromResult(readers.Read(
        static (session, asked) =>
        {
            var (found, indexed) = (new List<DeploymentEvent>(), asked.index.Of(asked.deploymentNumber));
            var sequences = indexed.Segments.Where(segment => segment.Last > asked.after)
                .SelectMany(segment => Sequences(session, HistoryIndexSql.After, segment, asked.deploymentNumber, asked.after))
                .Concat(Enumerable.Reverse(indexed.Recent).Where(sequence => sequence > asked.after));
            Add(session, sequences, asked.most, found);
            AddBehind(session, BehindSql, Math.Max(indexed.Last, asked.after), asked.deploymentNumber, asked.most, found);
            return found;
        },
        (index, deploymentNumber, after, most)));

    /// <inheritdoc />
    public ValueTask<List<DeploymentEvent>> LatestAsync(long deploymentNumber, int most) => ValueTask.FromResult(readers.Read(
        static (session, asked) =>
        {
            var (found, indexed) = (new List<DeploymentEvent>(), asked.index.Of(asked.deploymentNumber));
            var sequences = indexed.Recent
                .Concat(indexed.Segments.Reverse().SelectMany(segment => Sequences(session, HistoryIndexSql.Latest, segment, asked.deploymentNumber, 0)));
            AddBehind(session, LatestBehindSql, indexed.Last, asked.deploymentNumber, asked.most, found);
            Add(session, sequences, asked.most, found);
            return found;
        },
        (index, deploymentNumber, most)));

    /// <inheritdoc />
    public Task RemovePurgedAsync(CancellationToken cancellation) => indexer.RemovePurgedAsync(cancellation);

    /// <summary>Adds events by their sequences, without those that were purged meanwhile.</summary>
    private static void Add(SqliteSession session, IEnumerable<long> sequences, int most, List<DeploymentEvent> found)
    {
        foreach (var sequence in sequences.TakeWhile(_ => found.Count < most))
        {
            var row = session.Prepare(OneSql).Bind(1, sequence);
            if (row.Step())
            {
                found.Add(EventColumns.Read(row, 0));
                row.Reset();
            }
        }
    }

    private static void AddBehind(SqliteSession session, string sql, long last, long deploymentNumber, int most, List<DeploymentEvent> found)
    {
        var row = session.Prepare(sql).Bind(1, last).Bind(2, deploymentNumber);
        while (found.Count < most && row.Step())
        {
            found.Add(EventColumns.Read(row, 0));
        }

        row.Reset();
    }

    private static IEnumerable<long> Sequences(SqliteSession session, string sql, HistorySegment segment, long deploymentNumber, long after)
    {
        var row = session.Prepare(sql).Bind(1, segment.First).Bind(2, deploymentNumber).Bind(3, after);
        try
        {
            while (row.Step())
            {
                yield return row.Integer(0);
            }
        }
        finally
        {
            row.Reset();
        }
    }
}
