namespace DeploymentService.Quotas;

/// <summary>A figure that only the database has, whatever is counted beside it.</summary>
public interface IKeptCount
{
    /// <summary>The figure as far as it is known; null when the first count takes too long, or failed.</summary>
    /// <param name="patience">How long to wait for the first.</param>
    ValueTask<long?> AboutAsync(TimeSpan patience);

    /// <summary>The figure, counted anew unless that was done a moment ago and took long.</summary>
    ValueTask<long?> AnewAsync();

    /// <summary>Adds what was made.</summary>
    void Add(long made);
}

/// <summary>
/// A figure that only the database has. It is counted when somebody asks, one count at a time, and kept for a while; what this process has made since is added. So it may be too high,
/// when something was deleted, until it is counted anew; and too low by what others have made.
/// </summary>
/// <param name="count">Counts.</param>
/// <param name="sizeOf">The figure in what was counted.</param>
/// <param name="time">The clock.</param>
public sealed class KeptCount<T>(Func<Task<T>> count, Func<T, long> sizeOf, TimeProvider time) : IKeptCount
{
    // A count that takes no longer is made whenever it helps; a longer one takes a twentieth of the time at most.
    private const int Share = 20;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private Counted? _last;
    private long _added;
    private volatile bool _takesLong;

    /// <summary>What was counted last; null before the first count has ended.</summary>
    public Counted? Last => Volatile.Read(ref _last);

    // The first, one after a first that failed, a quick one, and any after twenty times as long as the last one took.
    private bool IsDue => Last is not { } last || last.Took <= Quick || time.GetElapsedTime(last.End) >= last.Took * Share;

    /// <inheritdoc />
    public async ValueTask<long?> AboutAsync(TimeSpan patience)
    {
        if (Last is not { } last)
        {
            var (counting, isNew) = Begin();
            if (isNew || !_takesLong)
            {
                await Task.WhenAny(counting, Task.Delay(patience, time));
                // Nobody else waits for it.
                _takesLong = !counting.IsCompleted;
            }
        }
        else if (time.GetElapsedTime(last.End) > Age && IsDue)
        {
            var (counting, _) = Begin();
            if (last.Took <= Quick)
            {
                await counting;
            }
        }

        return Known();
    }

    /// <inheritdoc />
    public async ValueTask<long?> AnewAsync()
    {
        if (IsDue)
        {
            // One that goes on may have begun before what it is asked for was made. It will do where counting takes long; a quick one is followed by another.
            if (Running() is { IsCompleted: false } running)
            {
                await running;
            }

            if (IsDue)
            {
                await Begin().Counting;
            }
        }

        return Known();
    }

    /// <inheritdoc />
    public void Add(long made)
    {
        lock (_lock)
        {
            _added += made;
        }
    }

    private Task Running()
    {
        lock (_lock)
        {
            return _running;
        }
    }

    /// <summary>Begins a count, unless one goes on.</summary>
    private (Task Counting, bool IsNew) Begin()
    {
        lock (_lock)
        {
            var isNew = _running.IsCompleted;
            return (isNew ? _running = Task.Run(RunAsync) : _running, isNew);
        }
    }

    private async Task RunAsync()
    {
        var begun = time.GetTimestamp();
        var added = Interlocked.Read(ref _added);
        var counted = await count();
        lock (_lock)
        {
            _added -= added;
            var end = time.GetTimestamp();
            Volatile.Write(ref _last, new(counted, end, time.GetElapsedTime(begun, end), time.GetUtcNow().UtcDateTime));
        }
    }

    private long? Known()
    {
        lock (_lock)
        {
            return _last is { } last ? sizeOf(last.Value) + _added : null;
        }
    }

    /// <summary>What was counted, until when as the clock's timestamp, how long that took, and the time then.</summary>
    public sealed record Counted(T Value, long End, TimeSpan Took, DateTime Time);
}
