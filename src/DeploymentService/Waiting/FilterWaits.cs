using System.Collections.Concurrent;
using System.Threading.Channels;
using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Limits;

namespace DeploymentService.Waiting;

/// <summary>
/// Those who wait until the deployments that a filter names are at their end. Who waits for the same shares one watch, which knows how they stand
/// and looks at each change of the fleet once, beside the writer.
/// </summary>
public sealed class FilterWaits(
    FleetIndex fleet, WaitLimit limit, CallerLimitsOptions limits, TokenWatch tokens, TimeProvider clock, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    private readonly WaitFilters _filters = new(limits);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, WatchedProject> _watches = [];
    private readonly HashSet<Watch> _reached = [];
    private readonly ConcurrentDictionary<string, int> _watched = new();
    private readonly Channel<(string ProjectId, long Number)> _changes =
        Channel.CreateUnbounded<(string ProjectId, long Number)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Waits until a goal is reached by what is there and what is created meanwhile, or time is over, or the service stops.</summary>
    /// <param name="http">The request that waits, as long as its token is good.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="goal">What is waited for.</param>
    /// <param name="time">How long at most.</param>
    /// <param name="lines">Tell the client how it goes on; null for nothing.</param>
    /// <exception cref="Http.FaultException">401: the token has ended. 429: too many wait already.</exception>
    internal async Task WaitAsync(HttpContext http, string projectId, WaitGoal goal, TimeSpan time, ProgressLines? lines = null)
    {
        using var place = limit.Take(http);
        using var filter = _filters.Take(Caller.Of(http), projectId, goal);
        await tokens.WhileGoodAsync(http, end => WaitAsync(projectId, goal, (time, lines), end));
    }

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        fleet.Changed += OnChanged;
        return base.StartAsync(cancellationToken);
    }

    private void OnChanged(string projectId, long number)
    {
        if (_watched.ContainsKey(projectId))
        {
            _changes.Writer.TryWrite((projectId, number));
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _changes.Reader.WaitToReadAsync(stoppingToken))
            {
                while (_changes.Reader.TryRead(out var change))
                {
                    Apply(change.ProjectId, change.Number);
                }

                EndReached();
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private async Task WaitAsync(string projectId, WaitGoal goal, (TimeSpan Time, ProgressLines? Lines) wait, CancellationToken ended)
    {
        if (await JoinAsync(projectId, goal, ended) is not { } watch)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended, lifetime.ApplicationStopping);
        try
        {
            await EndAsync(watch, wait.Time, wait.Lines, end.Token);
        }
        catch (TimeoutException)
        {
            // Whoever waited sees what is still in progress.
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            // The service stops: as when time is over.
        }
        finally
        {
            Leave(projectId, goal, watch);
        }
    }

    private async Task EndAsync(Watch watch, TimeSpan time, ProgressLines? lines, CancellationToken end)
    {
        var begun = clock.GetTimestamp();
        while (lines is not null && time - clock.GetElapsedTime(begun) > ProgressLines.Look)
        {
            await lines.TellAsync(CountsOf(watch));
            var pause = Task.Delay(ProgressLines.Look, clock, end);
            if (await Task.WhenAny(watch.Ended.Task, pause) != pause)
            {
                return;
            }

            await pause;
        }

        var left = time - clock.GetElapsedTime(begun);
        await watch.Ended.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, end);
    }

    private ProgressView CountsOf(Watch watch)
    {
        lock (_lock)
        {
            return watch.Counts;
        }
    }

    private void Apply(string projectId, long number)
    {
        lock (_lock)
        {
            // As it is now, which may be later than the change: only so is it the same as what a new watch has seen.
            var entry = fleet.Look(projectId, project => project.Find(number));
            _watches.GetValueOrDefault(projectId)?.Look(number, entry, _reached);
        }
    }

    /// <summary>
    /// Ends the watches whose goal is reached, when every change was looked at: whoever began a deployment and joined a watch afterwards waits for it too, and
    /// its change may still be to come.
    /// </summary>
    private void EndReached()
    {
        lock (_lock)
        {
            if (!_changes.Reader.TryPeek(out _))
            {
                foreach (var watch in _reached.Where(watch => watch.IsReached))
                {
                    watch.Ended.TrySetResult();
                }

                _reached.Clear();
            }
        }
    }

    /// <summary>The watch of a goal; null when it is reached.</summary>
    private async Task<Watch?> JoinAsync(string projectId, WaitGoal goal, CancellationToken ended)
    {
        // Announced before anything is looked at, so that no change is missed.
        _watched.AddOrUpdate(projectId, 1, static (_, count) => count + 1);
        Watch? watch = null;
        try
        {
            return watch = Join(projectId, goal) ?? await AddAsync(projectId, goal, ended);
        }
        finally
        {
            if (watch is null)
            {
                Forget(projectId);
            }
        }
    }

    /// <summary>Joins those who wait for the same; null when nobody does.</summary>
    private Watch? Join(string projectId, WaitGoal goal)
    {
        lock (_lock)
        {
            if (_watches.GetValueOrDefault(projectId)?.Find(goal) is not { Ended.Task.IsCompleted: false } watch)
            {
                return null;
            }

            watch.Waiters++;
            return watch;
        }
    }

    /// <summary>Makes a watch. All deployments are looked at for it, so that those who want one come one by one, and keep no thread while they queue.</summary>
    private async Task<Watch?> AddAsync(string projectId, WaitGoal goal, CancellationToken ended)
    {
        await _turn.WaitAsync(ended);
        try
        {
            if (Join(projectId, goal) is { } made)
            {
                return made;
            }

            // Most who need not wait learn it here, and nothing is remembered for them.
            if (!IsWatched(projectId) && Watch.Of(goal, Entries(projectId)).IsReached)
            {
                return null;
            }

            lock (_lock)
            {
                var project = _watches.GetValueOrDefault(projectId) ?? new();
                if (project.Add(goal, Entries(projectId), _reached) is not { } watch)
                {
                    return null;
                }

                watch.Waiters++;
                _watches[projectId] = project;
                return watch;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsWatched(string projectId)
    {
        lock (_lock)
        {
            return _watches.ContainsKey(projectId);
        }
    }

    private ArraySegment<FleetEntry?> Entries(string projectId) => fleet.Look(projectId, project => project.Entries);

    private void Leave(string projectId, WaitGoal goal, Watch watch)
    {
        lock (_lock)
        {
            // One that ended may have a successor, which may be gone already.
            if (--watch.Waiters == 0 && _watches.TryGetValue(projectId, out var project))
            {
                project.Remove(goal, watch);
                if (project.Count == 0)
                {
                    _watches.Remove(projectId);
                }
            }
        }

        Forget(projectId);
    }

    private void Forget(string projectId)
    {
        // A project that nobody watches costs the writer nothing.
        if (_watched.AddOrUpdate(projectId, 0, static (_, count) => count - 1) == 0)
        {
            _watched.TryRemove(KeyValuePair.Create(projectId, 0));
        }
    }
}
