using System.Collections.Immutable;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Events;

/// <summary>
/// Which events are about a deployment. An ordinary index of the table would cost every update a page of its own, somewhere: with 1,000,000 deployments a third of all
/// updates a second. Here the log is indexed stretch by stretch: the newest in memory, and each that is full is written once, sorted, as a segment of
/// <c>deployment_event_index</c>. A history is looked up in each segment, oldest first, so that what comes out is in the order of the log.
/// </summary>
/// <remarks>One segment for 65,536 events: with 7,000,000 there are about a hundred, and a look-up in all of them takes less than a millisecond.</remarks>
/// <param name="segmentSize">How many events a segment holds. The standard is 2 MB in memory, twice while it is written, and 1 MB on the disk.</param>
public sealed class HistoryIndex(int segmentSize = HistoryIndex.StandardSegmentSize) : ICommitSubscriber, IDisposable
{
    private const int StandardSegmentSize = 65_536;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _full = new(0);
    private ImmutableArray<HistorySegment> _segments = [];
    private ImmutableArray<HistoryTail> _tails = [];

    /// <summary>How many events a segment holds.</summary>
    internal int SegmentSize => segmentSize;

    /// <summary>Ends when all that was stored before the start is indexed.</summary>
    public Task Loaded => _loaded.Task;

    /// <inheritdoc />
    public void OnCommitted(in CommittedEvent committed)
    {
        lock (_lock)
        {
            Add(committed.Event.Sequence, committed.Event.DeploymentNumber);
        }
    }

    /// <summary>The events of a deployment behind one, oldest first.</summary>
    /// <param name="session">Reads the segments.</param>
    /// <param name="deployment">The deployment's number.</param>
    /// <param name="after">The sequence behind which they are.</param>
    internal IEnumerable<long> After(SqliteSession session, long deployment, long after)
    {
        var (segments, recent) = Snapshot(deployment);
        foreach (var segment in segments.Where(segment => segment.Last > after))
        {
            foreach (var sequence in Of(session, HistoryIndexSql.After, segment, deployment, after))
            {
                yield return sequence;
            }
        }

        foreach (var sequence in Enumerable.Reverse(recent).Where(sequence => sequence > after))
        {
            yield return sequence;
        }
    }

    /// <summary>The events of a deployment, latest first.</summary>
    /// <param name="session">Reads the segments.</param>
    /// <param name="deployment">The deployment's number.</param>
    internal IEnumerable<long> Latest(SqliteSession session, long deployment)
    {
        var (segments, recent) = Snapshot(deployment);
        foreach (var sequence in recent)
        {
            yield return sequence;
        }

        foreach (var segment in segments.Reverse())
        {
            foreach (var sequence in Of(session, HistoryIndexSql.Latest, segment, deployment, 0))
            {
                yield return sequence;
            }
        }
    }

    /// <summary>Begins to follow the log. Before anything is written.</summary>
    /// <param name="segments">The segments that are stored.</param>
    /// <param name="next">The sequence of the next event.</param>
    internal void Begin(IEnumerable<HistorySegment> segments, long next)
    {
        lock (_lock)
        {
            _segments = [.. segments];
            _tails = [new(next, segmentSize)];
        }
    }

    /// <summary>Puts what was stored between the last segment and the start before what has come since.</summary>
    /// <param name="events">The deployments of the events, in order.</param>
    /// <param name="first">The sequence of the first of them.</param>
    internal void Load(IEnumerable<long> events, long first)
    {
        lock (_lock)
        {
            var since = _tails;
            _tails = [new(first, segmentSize)];
            while (_full.Wait(0))
            {
                // What is full is counted anew.
            }

            foreach (var deployment in events.Concat(since.SelectMany(tail => tail.Deployments)))
            {
                Add(_tails[^1].Last + 1, deployment);
            }
        }

        _loaded.TrySetResult();
    }

    /// <summary>What was stored before the start and is not indexed yet: behind which event, up to which.</summary>
    internal (long After, long Last) Unindexed
    {
        get
        {
            lock (_lock)
            {
                return (_segments is [.., var newest] ? newest.Last : 0, _tails[0].First - 1);
            }
        }
    }

    /// <summary>Waits for a stretch that is full, the oldest.</summary>
    internal async Task<HistoryTail> NextFullAsync(CancellationToken cancellation)
    {
        await _full.WaitAsync(cancellation);
        return _tails[0];
    }

    /// <summary>A stretch is in the database now.</summary>
    internal void Store(HistoryTail tail)
    {
        lock (_lock)
        {
            _segments = _segments.Add(new(tail.First, tail.Last));
            // The full one may be the newest: there is always one to add to.
            _tails = _tails.Remove(tail) is { IsEmpty: false } rest ? rest : [new(tail.Last + 1, segmentSize)];
        }
    }

    /// <summary>The oldest segment, when all of its events are purged.</summary>
    /// <param name="firstEvent">The first event that is there.</param>
    internal HistorySegment? Purged(long firstEvent) => _segments is [var oldest, ..] && oldest.Last < firstEvent ? oldest : null;

    /// <summary>A segment is gone.</summary>
    internal void Remove(HistorySegment segment)
    {
        lock (_lock)
        {
            _segments = _segments.Remove(segment);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _full.Dispose();

    private static IEnumerable<long> Of(SqliteSession session, string sql, HistorySegment segment, long deployment, long after)
    {
        var row = session.Prepare(sql).Bind(1, segment.First).Bind(2, deployment).Bind(3, after);
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

    /// <summary>The segments, and what is in memory, latest first.</summary>
    private (ImmutableArray<HistorySegment> Segments, List<long> Recent) Snapshot(long deployment)
    {
        lock (_lock)
        {
            return (_segments, [.. _tails.Reverse().SelectMany(tail => tail.Of(deployment))]);
        }
    }

    private void Add(long sequence, long deployment)
    {
        var tail = _tails[^1];
        if (tail.IsFull)
        {
            tail = new(sequence, segmentSize);
            _tails = _tails.Add(tail);
        }

        tail.Add(deployment);
        if (tail.IsFull)
        {
            _full.Release();
        }
    }
}
