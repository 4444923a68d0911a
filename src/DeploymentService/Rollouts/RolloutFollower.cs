using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>
/// Hears in the log that something may be to be done for a rollout, and tells those who wait for one. It knows nothing that is true: what is to be done, the rows say.
/// </summary>
internal sealed class RolloutFollower : ILogFollower
{
    private readonly Lock _lock = new();

    // False for what another process wrote: it has heard of it, too, and mostly does what is to be done.
    private readonly Dictionary<(string ProjectId, string Id), bool> _news = [];
    private readonly Dictionary<(string ProjectId, string Id), bool> _open = [];
    private readonly Dictionary<(string ProjectId, string Id), (Signal Signal, int Waiters)> _waits = [];
    private long _position = -1;

    /// <inheritdoc />
    public string Name => "rollouts";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <summary>Is pulsed when something is to be looked at now.</summary>
    public Signal News { get; } = new();

    /// <inheritdoc />
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        var isNow = false;
        lock (_lock)
        {
            foreach (ref readonly var committed in events)
            {
                isNow |= Hear(committed);
                Volatile.Write(ref _position, committed.Event.Sequence);
            }
        }

        if (isNow)
        {
            News.Pulse();
        }
    }

    /// <summary>Looks at a rollout again; now, or with the next tick.</summary>
    public void Mark((string ProjectId, string Id) rollout, bool isNow)
    {
        lock (_lock)
        {
            Note(rollout, isNow);
        }
    }

    /// <summary>What is to be looked at.</summary>
    /// <param name="all">True for what is due with the next tick, too.</param>
    public IReadOnlyList<(string ProjectId, string Id)> Take(bool all)
    {
        lock (_lock)
        {
            var taken = _news.Where(news => all || news.Value).Select(news => news.Key).ToList();
            taken.ForEach(rollout => _news.Remove(rollout));
            return taken;
        }
    }

    /// <summary>Says that a rollout may still go on, and whether some of its deployments are no longer known by it.</summary>
    public void Open((string ProjectId, string Id) rollout, bool hasStrays)
    {
        lock (_lock)
        {
            // Until now not all was heard of it, and something may have happened during the look.
            if (!_open.TryGetValue(rollout, out var hadStrays) || (hasStrays && !hadStrays))
            {
                Note(rollout, isNow: false);
            }

            _open[rollout] = hasStrays;
        }
    }

    /// <summary>Says that nothing more becomes of a rollout.</summary>
    public void Close((string ProjectId, string Id) rollout)
    {
        lock (_lock)
        {
            _open.Remove(rollout);
        }
    }

    /// <summary>Hears of whatever happens to a rollout itself, until <see cref="Leave"/>. To be joined before looking.</summary>
    public Signal Join((string ProjectId, string Id) rollout)
    {
        lock (_lock)
        {
            var (signal, waiters) = _waits.GetValueOrDefault(rollout, (new Signal(), 0));
            _waits[rollout] = (signal, waiters + 1);
            return signal;
        }
    }

    /// <summary>Hears no more.</summary>
    public void Leave((string ProjectId, string Id) rollout)
    {
        lock (_lock)
        {
            var (signal, waiters) = _waits[rollout];
            if (waiters == 1)
            {
                _waits.Remove(rollout);
            }
            else
            {
                _waits[rollout] = (signal, waiters - 1);
            }
        }
    }

    private bool Hear(in CommittedEvent committed)
    {
        var evt = committed.Event;
        if (evt.Subject == EventSubject.Rollout)
        {
            var rollout = (evt.ProjectId, evt.DeploymentId);
            if (_waits.TryGetValue(rollout, out var wait))
            {
                wait.Signal.Pulse();
            }

            // What the service does by itself, it has seen.
            return evt.ActorName is null && evt.RequestId is null ? Note(rollout, isNow: false) : Note(rollout, !committed.IsFromDatabase);
        }

        if (evt.Subject is not null || evt.Kind is EventKind.Fetched or EventKind.Refused or EventKind.Skipped or EventKind.Created)
        {
            return false;
        }

        if (committed.Deployment?.RolloutId is { } id)
        {
            // A rollout of the same name may have begun it before, which ended without waiting for it.
            return evt.Kind == EventKind.Run ? NoteOpen(evt.ProjectId, isTakenAway: true, isNow: false) : Note((evt.ProjectId, id), !committed.IsFromDatabase);
        }

        // Deleted, run by hand, or one that was: whose it is, it does not say. By an update a run begins only where that is its start; others tell of progress.
        var isTakenAway = evt.Kind is EventKind.Deleted or EventKind.Run
            || (evt is { Kind: EventKind.Update, StatusFrom: not null, StatusTo: DeploymentStatus.InProgress } && !(committed.Deployment?.StartedTime < evt.Time));
        return _open.Count > 0 && NoteOpen(evt.ProjectId, isTakenAway, isNow: !isTakenAway && !committed.IsFromDatabase);
    }

    private bool NoteOpen(string projectId, bool isTakenAway, bool isNow)
    {
        foreach (var (rollout, _) in _open.Where(open => open.Key.ProjectId == projectId && (isTakenAway || open.Value)))
        {
            Note(rollout, isNow);
        }

        return isNow;
    }

    private bool Note((string ProjectId, string Id) rollout, bool isNow)
    {
        _news[rollout] = isNow || _news.GetValueOrDefault(rollout);
        return isNow;
    }
}
