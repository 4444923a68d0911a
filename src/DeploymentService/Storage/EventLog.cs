namespace DeploymentService.Storage;

/// <summary>
/// The log and those who follow it. What the writer has appended is offered here after COMMIT and before its callers are answered. Followers that have everything
/// before it get it from memory; what is not in this memory, whoever wrote it, is read from the database. So an offer is a hint and never the news.
/// </summary>
public sealed class EventLog : ILogLooks, IDisposable
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly LogFollowers _followers;

    // Null on a database of this process alone: what it has not appended is not there.
    private readonly LogTail? _tail;
    private long _end;

    /// <summary>Takes the followers; the writer begins the log.</summary>
    /// <remarks>A command that writes is no host that could be stopped.</remarks>
    public EventLog(
        IEnumerable<ILogFollower> followers, IDatabaseReader reader, IWriteEngine engine, TimeProvider time, ILogger<EventLog> logger, IHostApplicationLifetime? lifetime = null)
    {
        _followers = new(followers, reader, time, logger, _stopping.Token);
        _tail = engine.IsShared ? new(_followers, reader, time, lifetime, logger, _stopping.Token) : null;
    }

    /// <summary>The last event that is known to be on the disk; whoever was answered finds what he has written up to it.</summary>
    public long End => _tail?.End ?? Volatile.Read(ref _end);

    /// <summary>The last event that those followers have who keep up; never behind <see cref="End"/>.</summary>
    public long Head => _followers.Head;

    /// <inheritdoc />
    public LogLook? Last => _tail?.Look;

    /// <summary>Why the log cannot be read now; null while it can.</summary>
    public Exception? Failure => _tail?.Failure;

    /// <summary>What this process has put down of reports.</summary>
    internal ReportTally Reports { get; } = new();

    /// <summary>The followers that have been behind the log, as far as it can be read, for longer than anybody would notice.</summary>
    public IReadOnlyList<string> Behind() => _tail is { IsBehind: true } ? _followers.Names : _followers.Behind(Unnoticed);

    /// <summary>How many events each follower does not have yet; those that cannot follow yet are left out.</summary>
    internal IEnumerable<(string Name, long Lag)> Lags() => _followers.Lags(End);

    /// <summary>
    /// Ends when <see cref="End"/> has everything that was committed before this was called, by whichever process: to be asked before memory answers for the database. All who ask
    /// while the end is being looked at share the next look, because the present one may have begun too early.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be read.</exception>
    public ValueTask CurrentAsync(CancellationToken cancel) => _tail is null ? ValueTask.CompletedTask : new(_tail.CurrentAsync(cancel));

    /// <summary>Waits until a follower has everything up to an event.</summary>
    /// <exception cref="TimeoutException">It has not in that time.</exception>
    public Task ReachAsync(ILogFollower follower, long position, TimeSpan patience, CancellationToken cancel) =>
        _followers.ReachAsync(follower, position, patience, cancel);

    /// <summary>Looks after followers that have become able to follow, from whatever position they have by now.</summary>
    public void Wake() => _followers.Wake();

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Cancel();
        _tail?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>The log ends here, and nothing is appended yet. On the writer's thread.</summary>
    internal void Begin(long end)
    {
        Volatile.Write(ref _end, end);
        _followers.Begin(end);
        _tail?.Begin(end);
    }

    /// <summary>Hears what the writer has appended, one behind the other. On the writer's thread, after COMMIT.</summary>
    internal void Offer(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            Reports.Add(committed.Event);
        }

        if (_tail is not null)
        {
            _tail.Offer(events);
            return;
        }

        if (events[0].Event.Sequence == _end + 1)
        {
            _followers.Apply(events);
        }
        else
        {
            // Something was appended that nobody was told of; that has to be read first.
            _followers.Skip(events[^1].Event.Sequence);
        }

        // Behind the followers, so that nobody waits for one that is about to have it.
        Volatile.Write(ref _end, events[^1].Event.Sequence);
    }
}
