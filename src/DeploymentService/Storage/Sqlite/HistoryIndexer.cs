namespace DeploymentService.Storage.Sqlite;

/// <summary>Keeps the <see cref="HistoryIndex"/>: reads at the start what is not indexed yet, and then writes each stretch that is full, in steps that hold up nobody for long.</summary>
internal sealed partial class HistoryIndexer(
    HistoryIndex index, SqliteReaders readers, GroupCommitWriter writer, TimeProvider time, ILogger<HistoryIndexer> logger) : BackgroundService
{
    // Sorted rows are appended: a step takes a few milliseconds.
    private const int RowsAtOnce = 4_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // What has come since the log began is followed, and the rest is read beside the service that has started.
        index.Begin(Segments());
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Removes the segments whose events are all purged.</summary>
    /// <exception cref="WriterBusyException">Not all were removed; trying again may help.</exception>
    public async Task RemovePurgedAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && index.Purged(First()) is { } segment)
        {
            await RemoveAsync(HistoryIndexSql.RemoveRows, segment.First, cancellation);
            // Not when a part of its rows is left.
            cancellation.ThrowIfCancellationRequested();
            await writer.WriteAsync(new RemoveSegment(segment));
            index.Remove(segment);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await UntilDoneAsync(() => Task.Run(() => LoadAsync(stoppingToken), stoppingToken), stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var tail = await index.NextFullAsync(stoppingToken);
            await UntilDoneAsync(() => StoreAsync(tail, stoppingToken), stoppingToken);
        }
    }

    private async Task UntilDoneAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, exception);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        var (after, last) = index.Unindexed;
        // Of a segment that a kill left half written.
        await RemoveAsync(HistoryIndexSql.RemoveUnfinished, after + 1, stoppingToken);
        stoppingToken.ThrowIfCancellationRequested();
        while (true)
        {
            var (deployments, first, isFollowed) = Stretch(after, last);
            if (!isFollowed)
            {
                index.Load(deployments, first);
                return;
            }

            // Only after an upgrade, in a database that another program filled, or before the gap that a restore leaves.
            var tail = new HistoryTail(first, index.SegmentSize);
            deployments.ForEach(tail.Add);
            await WriteAsync(tail);
            index.Store(tail);
            after = tail.Last;
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private async Task StoreAsync(HistoryTail tail, CancellationToken stoppingToken)
    {
        await RemoveAsync(HistoryIndexSql.RemoveUnfinished, tail.First, stoppingToken);
        stoppingToken.ThrowIfCancellationRequested();
        await WriteAsync(tail);
        index.Store(tail);
    }

    private async Task WriteAsync(HistoryTail tail)
    {
        foreach (var rows in tail.Sorted().Chunk(RowsAtOnce))
        {
            await writer.WriteAsync(new InsertRows(tail.First, rows));
        }

        await writer.WriteAsync(new InsertSegment(new(tail.First, tail.Last)));
    }

    private Task RemoveAsync(string sql, long segment, CancellationToken cancellation) =>
        SmallSteps.RunAsync(writer, () => new RemoveRows(sql, segment), cancellation);

    private long First() => readers.Read(static (session, sql) => session.Number(sql), HistoryIndexSql.FirstEvent);

    /// <summary>The deployments of the next events that have no gap between them, as many as a segment holds; the first of them, and whether others follow.</summary>
    private (List<long> Deployments, long First, bool IsFollowed) Stretch(long after, long last) => readers.Read(
        static (session, range) =>
        {
            var row = session.Prepare(HistoryIndexSql.Deployments).Bind(1, range.after).Bind(2, range.last);
            var (deployments, first, isFollowed) = (new List<long>(), range.last + 1, false);
            while (!isFollowed && row.Step())
            {
                first = deployments.Count == 0 ? row.Integer(0) : first;
                isFollowed = deployments.Count == range.SegmentSize || row.Integer(0) != first + deployments.Count;
                if (!isFollowed)
                {
                    deployments.Add(row.Integer(1));
                }
            }

            row.Reset();
            return (deployments, first, isFollowed);
        },
        (after, last, index.SegmentSize));

    private List<HistorySegment> Segments() => readers.Read(
        static (session, _) =>
        {
            var row = session.Prepare(HistoryIndexSql.Segments).Bind(1, 0);
            var segments = new List<HistorySegment>();
            while (row.Step())
            {
                segments.Add(new(row.Integer(0), row.Integer(1)));
            }

            return segments;
        },
        0);

    private sealed class InsertRows(long segment, IndexedEvent[] indexed) : Change<bool>
    {
        protected override bool Execute(IWriteTransaction rows)
        {
            var session = rows.Sqlite();
            var insert = session.Prepare(HistoryIndexSql.Insert);
            foreach (var row in indexed)
            {
                insert.Bind(1, segment).Bind(2, row.Deployment).Bind(3, row.Sequence).Execute();
            }

            return true;
        }
    }

    private sealed class InsertSegment(HistorySegment segment) : Change<bool>
    {
        protected override bool Execute(IWriteTransaction rows) =>
            rows.Sqlite().Prepare(HistoryIndexSql.InsertSegment).Bind(1, segment.First).Bind(2, segment.Last).Execute() > 0;
    }

    private sealed class RemoveRows(string sql, long segment) : Change<int>
    {
        public override SpaceNeed Need => SpaceNeed.None;

        protected override int Execute(IWriteTransaction rows) => rows.Sqlite().Prepare(sql).Bind(1, segment).Bind(2, SmallSteps.Rows).Execute();
    }

    private sealed class RemoveSegment(HistorySegment segment) : Change<bool>
    {
        public override SpaceNeed Need => SpaceNeed.None;

        protected override bool Execute(IWriteTransaction rows) => rows.Sqlite().Prepare(HistoryIndexSql.RemoveSegment).Bind(1, segment.First).Execute() > 0;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The index of the histories could not be continued; it is tried again in a second")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
