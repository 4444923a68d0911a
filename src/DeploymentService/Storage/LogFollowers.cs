using System.Runtime.InteropServices;

namespace DeploymentService.Storage;

/// <summary>
/// Those who follow the log, and how far each is. Those at the head get what is new from whoever has it, all of them the same; whoever is behind it is brought up to it
/// by reading the database, at its own pace. So a follower that throws neither ends the writer nor holds up the others.
/// </summary>
internal sealed partial class LogFollowers
{
    // About a megabyte.
    private const int EventsAtOnce = 1000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Progress[] _followers;
    private readonly IDatabaseReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopped;
    private readonly Signal _progress = new();
    private long _head;

    /// <summary>How far a follower is. Changed under the lock alone.</summary>
    private sealed class Progress(ILogFollower follower)
    {
        public ILogFollower Follower => follower;

        /// <summary>True while it has everything up to the head: then it is given what is new with all the others, and otherwise a task of its own does that.</summary>
        public bool IsAtHead { get; set; }

        public bool IsCatchingUp { get; set; }

        /// <summary>Since when it is behind what can be read, as <see cref="TimeProvider.GetTimestamp"/> tells it.</summary>
        public long BehindSince { get; set; }

        /// <summary>True when it has thrown since it was last at the head.</summary>
        public bool HasFailed { get; set; }
    }

    /// <summary>Takes the followers.</summary>
    public LogFollowers(IEnumerable<ILogFollower> followers, IDatabaseReader reader, TimeProvider time, ILogger logger, CancellationToken stopped)
    {
        _followers = [.. followers.Select(follower => new Progress(follower))];
        _reader = reader;
        _time = time;
        _logger = logger;
        _stopped = stopped;
    }

    /// <summary>The last event that those have who keep up.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>The names of all.</summary>
    public IReadOnlyList<string> Names => [.. _followers.Select(follower => follower.Follower.Name)];

    /// <summary>How far those are behind the end of the log that can follow.</summary>
    public IEnumerable<(string Name, long Lag)> Lags(long end) =>
        from follower in _followers
        let position = follower.Follower.Position
        where position is not null
        select (follower.Follower.Name, Math.Max(0, end - position.Value));

    /// <summary>Those that have been behind for longer than a time.</summary>
    public IReadOnlyList<string> Behind(TimeSpan unnoticed)
    {
        lock (_lock)
        {
            return [.. _followers
                .Where(follower => follower is { IsAtHead: false, Follower.Position: not null } && _time.GetElapsedTime(follower.BehindSince) > unnoticed)
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
                if (follower is { IsAtHead: false, Follower.Position: not null })
                {
                    FallBehind(follower);
                }
            }
        }
    }

    /// <summary>The log ends here, and nothing is appended yet.</summary>
    public void Begin(long end)
    {
        lock (_lock)
        {
            Volatile.Write(ref _head, end);
            foreach (var follower in _followers)
            {
                follower.Follower.Begin(end);
                follower.IsAtHead = follower.Follower.Position == end;
            }
        }
    }

    /// <summary>Gives the events behind the head to all who are there.</summary>
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        lock (_lock)
        {
            foreach (var follower in _followers)
            {
                if (follower.IsAtHead && !IsApplied(follower, events))
                {
                    follower.IsAtHead = false;
                    FallBehind(follower);
                }
            }

            Volatile.Write(ref _head, events[^1].Event.Sequence);
        }
    }

    /// <summary>Moves the head on to an event that nobody has here: all have to read up to it.</summary>
    public void Skip(long head)
    {
        lock (_lock)
        {
            Volatile.Write(ref _head, head);
            foreach (var follower in _followers)
            {
                if (follower.IsAtHead)
                {
                    follower.IsAtHead = false;
                    FallBehind(follower);
                }
            }
        }
    }

    /// <summary>Lets those look who wait for a follower.</summary>
    public void Pulse() => _progress.Pulse();

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
                    var events = await ReadAsync(follower, Head);
                    _stopped.ThrowIfCancellationRequested();
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

    private async Task<List<CommittedEvent>> ReadAsync(Progress follower, long head)
    {
        try
        {
            var events = await _reader.ListAsync(LogQueries.Tail, (follower.Follower.Position!.Value, head), EventsAtOnce);
            return events.Count > 0 ? events : throw new InvalidOperationException($"The log ends before event {head}, which was committed.");
        }
        catch (DatabaseUnavailableException)
        {
            // It is not behind what it can read.
            lock (_lock)
            {
                follower.BehindSince = _time.GetTimestamp();
            }

            throw;
        }
    }

    private bool IsCaughtUp(Progress follower)
    {
        lock (_lock)
        {
            if (follower.Follower.Position < _head)
            {
                return false;
            }

            if (follower.HasFailed)
            {
                Log.CaughtUp(_logger, follower.Follower.Name);
            }

            (follower.IsAtHead, follower.IsCatchingUp, follower.HasFailed) = (true, false, false);
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
