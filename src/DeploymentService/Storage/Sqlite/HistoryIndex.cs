using System.Collections.Immutable;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Which events are about a deployment. An ordinary index of the table would cost every update a page of its own, somewhere: with 1,000,000 deployments a third of all
/// updates a second. Here the log is indexed stretch by stretch: the newest in memory, and each that is full is written once, sorted, as a segment of
/// <c>deployment_event_index</c>. A history is looked up in each segment, oldest first, so that what comes out is in the order of the log.
/// </summary>
/// <remarks>One segment for 65,536 events: with 7,000,000 there are about a hundred, and a look-up in all of them takes less than a millisecond.</remarks>
/// <param name="segmentSize">How many events a segment holds. The standard is 2 MB in memory, twice while it is written, and 1 MB on the disk.</param>
public sealed class HistoryIndex(int segmentSize = HistoryIndex.StandardSegmentSize) : ILogFollower, IDisposable
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
    public string Name => "history";

    /// <inheritdoc />
    public long? Position
    {
        get
        {
            lock (_lock)
            {
                return _tails is [.., var newest] ? newest.Last : null;
            }
        }
    }

    /// <inheritdoc />
    public void Begin(long end)
    {
        lock (_lock)
        {
            _tails = [new(end + 1, segmentSize)];
        }
    }

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        lock (_lock)
        {
            foreach (ref readonly var committed in events)
            {
                var next = _tails[^1].Last + 1;
                if (committed.Event.Sequence != next)
                {
                    throw new InvalidOperationException($"Event {next} of the log is missing.");
                }

                Add(next, committed.Event.DeploymentNumber);
            }
        }
    }

    /// <summary>What is indexed of a deployment by now.</summary>
    internal IndexedHistory Of(long deployment)
    {
        lock (_lock)
        {
            return new(_segments, [.. _tails.Reverse().SelectMany(tail => tail.Of(deployment))], _tails[^1].Last);
        }
    }

    /// <summary>Takes the segments that are stored.</summary>
    internal void Begin(IEnumerable<HistorySegment> segments)
    {
        lock (_lock)
        {
            _segments = [.. segments];
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
