using System.Runtime.InteropServices;

namespace DeploymentService.Storage;

/// <summary>
/// The log and those who follow it. What the writer has appended is offered here after COMMIT and before its callers are answered. Followers that have everything
/// before it get it from memory, at once; whoever is behind, for whatever reason, is brought up to the end by reading the database, at its own pace. So an offer is
/// a hint and never the news, and a follower that throws neither ends the writer nor holds up the others.
/// </summary>
public sealed partial class EventLog : IDisposable
{
    // About a megabyte.
    private const int EventsAtOnce = 1000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnnoticedDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Progress[] _followers;
    private readonly IDatabaseReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Signal _progress = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private long _end;

    /// <summary>How far a follower is. Changed under the lock alone.</summary>
    private sealed class Progress(ILogFollower follower)
    {
        public ILogFollower Follower => follower;

        /// <summary>True while it has everything up to the end: then the writer's thread gives it what is new, and otherwise a task of its own does.</summary>
        public bool IsAtEnd { get; set; }

        public bool IsCatchingUp { get; set; }

        /// <summary>Since when it is behind, as <see cref="TimeProvider.GetTimestamp"/> tells it.</summary>
        public long BehindSince { get; set; }

        /// <summary>True when it has thrown since it was last at the end.</summary>
        public bool HasFailed { get; set; }
    }

    /// <summary>Takes the followers; the writer begins the log.</summary>
    public EventLog(IEnumerable<ILogFollower> followers, IDatabaseReader reader, TimeProvider time, ILogger<EventLog> logger)
    {
        _followers = [.. followers.Select(follower => new Progress(follower))];
        _reader = reader;
        _time = time;
        _logger = logger;
        _stopped = _stopping.Token;
    }

    /// <summary>The last event that is known to be on the disk; whoever was answered finds what he has written up to it.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>The followers that have been behind the log for longer than anybody would notice.</summary>
    public IReadOnlyList<string> Behind()
    {
        lock (_lock)
        {
            return [.. _followers
                .Where(follower => follower is { IsAtEnd: false, Follower.Position: not null } && _time.GetElapsedTime(follower.BehindSince) > UnnoticedDelay)
                .Select(follower => follower.Follower.Name)];
        }
    }

    /// <summary>Waits until a follower has everything up to an event.</summary>
    /// <exception cref="TimeoutException">It has not in that time.</exception>
    public async Task ReachAsync(ILogFollower follower, long position, TimeSpan patience, CancellationToken cancel)
    {
        var begun = _time.GetTimestamp();
        while (true)
        {
            var next = _progress.Next;
            if (follower.Position >= position)
            {
                return;
            }

            var left = patience - _time.GetElapsedTime(begun);
            await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancel);
        }
    }

    /// <summary>Looks after followers that have become able to follow, from whatever position they have by now.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            foreach (var follower in _followers)
            {
                if (follower is { IsAtEnd: false, Follower.Position: not null })
                {
                    FallBehind(follower);
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>The log ends here, and nothing is appended yet. On the writer's thread.</summary>
    internal void Begin(long end)
    {
        lock (_lock)
        {
            Volatile.Write(ref _end, end);
            foreach (var follower in _followers)
            {
                follower.Follower.Begin(end);
                follower.IsAtEnd = follower.Follower.Position == end;
            }
        }
    }

    /// <summary>Hears what the writer has appended, one behind the other. On the writer's thread, after COMMIT.</summary>
    internal void Offer(ReadOnlySpan<CommittedEvent> events)
    {
        lock (_lock)
        {
            // Somebody else may have appended in between; that has to be read first.
            var isNext = events[0].Event.Sequence == _end + 1;
            foreach (var follower in _followers)
            {
                if (follower.IsAtEnd && !(isNext && IsApplied(follower, events)))
                {
                    follower.IsAtEnd = false;
                    FallBehind(follower);
                }
            }

            // Behind the followers, so that nobody waits for one that is about to have it.
            Volatile.Write(ref _end, events[^1].Event.Sequence);
        }
    }

    private bool IsApplied(Progress follower, ReadOnlySpan<CommittedEvent> events)
    {
        try
        {
            follower.Follower.Apply(events);
            return true;
        }
        catch (Exception exception)
        {
            Fail(follower, exception);
            return false;
        }
    }

    private void Fail(Progress follower, Exception exception)
    {
        if (!follower.HasFailed)
        {
            follower.HasFailed = true;
            Log.Failed(_logger, follower.Follower.Name, follower.Follower.Position, exception);
        }
    }

    private void FallBehind(Progress follower)
    {
        if (!follower.IsCatchingUp)
        {
            follower.IsCatchingUp = true;
            follower.BehindSince = _time.GetTimestamp();
            _ = Task.Run(() => CatchUpAsync(follower));
        }
    }

    private async Task CatchUpAsync(Progress follower)
    {
        while (true)
        {
            try
            {
                if (follower.HasFailed)
                {
                    await Task.Delay(RetryDelay, _time, _stopped);
                }

                while (!IsCaughtUp(follower))
                {
                    var events = await _reader.ListAsync(LogQueries.Tail, (follower.Follower.Position!.Value, End), EventsAtOnce);
                    _stopped.ThrowIfCancellationRequested();
                    if (events.Count == 0)
                    {
                        throw new InvalidOperationException($"The log ends before event {End}, which was committed.");
                    }

                    follower.Follower.Apply(CollectionsMarshal.AsSpan(events));
                    _progress.Pulse();
                }

                return;
            }
            catch (Exception) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                lock (_lock)
                {
                    Fail(follower, exception);
                }
            }
        }
    }

    private bool IsCaughtUp(Progress follower)
    {
        lock (_lock)
        {
            if (follower.Follower.Position < _end)
            {
                return false;
            }

            if (follower.HasFailed)
            {
                Log.CaughtUp(_logger, follower.Follower.Name);
            }

            (follower.IsAtEnd, follower.IsCatchingUp, follower.HasFailed) = (true, false, false);
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The follower {Follower} failed behind event {Position} and is behind the log; it is tried again every second")]
        public static partial void Failed(ILogger logger, string follower, long? position, Exception exception);

        [LoggerMessage(LogLevel.Information, "The follower {Follower} has caught up with the log")]
        public static partial void CaughtUp(ILogger logger, string follower);
    }
}
