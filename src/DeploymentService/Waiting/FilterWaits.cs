using System.Collections.Concurrent;
using System.Threading.Channels;
using DeploymentService.Fleet;

namespace DeploymentService.Waiting;

/// <summary>
/// Those who wait until the deployments that a filter names are at their end. Who waits for the same shares one watch, which knows how they stand
/// and looks at each change of the fleet once, beside the writer.
/// </summary>
public sealed class FilterWaits(FleetIndex fleet, TimeProvider clock, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<WaitGoal, Watch>> _watches = [];
    private readonly HashSet<Watch> _reached = [];
    private readonly ConcurrentDictionary<string, int> _watched = new();
    private readonly Channel<(string ProjectId, long Number)> _changes =
        Channel.CreateUnbounded<(string ProjectId, long Number)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private sealed class Watch(WaitGoal goal)
    {
        private readonly Dictionary<long, Statuses> _standing = [];
        private int _inProgress;
        private int _failed;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }

        public bool IsReached => goal.IsReached(_inProgress, _standing.Count - _inProgress, _failed);

        /// <summary>Takes note of how a deployment stands; null when it is gone.</summary>
        public void Look(long number, FleetEntry? entry)
        {
            if (_standing.Remove(number, out var before))
            {
                Count(before, -1);
            }

            if (entry is not null && (entry.IsInProgress || !goal.IsOfThoseInProgress) && goal.Filter.Matches(entry))
            {
                var now = entry.IsInProgress ? Statuses.InProgress : entry.IsFailed ? Statuses.Failed : Statuses.Complete;
                _standing.Add(number, now);
                Count(now, 1);
            }
        }

        private void Count(Statuses status, int by)
        {
            _inProgress += status == Statuses.InProgress ? by : 0;
            _failed += status == Statuses.Failed ? by : 0;
        }
    }

    /// <summary>Waits until a goal is reached by what is there and what is created meanwhile, or time is over, or the service stops.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="goal">What is waited for.</param>
    /// <param name="time">How long at most.</param>
    /// <param name="ended">Ends with the request.</param>
    public async Task WaitAsync(string projectId, WaitGoal goal, TimeSpan time, CancellationToken ended)
    {
        if (Join(projectId, goal) is not { } watch)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended, lifetime.ApplicationStopping);
        try
        {
            await watch.Ended.Task.WaitAsync(time, clock, end.Token);
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

    private void Apply(string projectId, long number)
    {
        lock (_lock)
        {
            // As it is now, which may be later than the change: only so is it the same as what a new watch has seen.
            var entry = fleet.Look(projectId, project => project.Find(number));
            foreach (var watch in _watches.GetValueOrDefault(projectId)?.Values ?? Enumerable.Empty<Watch>())
            {
                watch.Look(number, entry);
                if (watch.IsReached)
                {
                    _reached.Add(watch);
                }
            }
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
    private Watch? Join(string projectId, WaitGoal goal)
    {
        // Announced before anything is looked at, so that no change is missed.
        _watched.AddOrUpdate(projectId, 1, static (_, count) => count + 1);
        lock (_lock)
        {
            var watches = _watches.GetValueOrDefault(projectId) ?? [];
            if (!watches.TryGetValue(goal, out var watch) || watch.Ended.Task.IsCompleted)
            {
                watch = new Watch(goal);
                foreach (var entry in fleet.Look(projectId, project => project.Entries))
                {
                    if (entry is not null)
                    {
                        watch.Look(entry.Number, entry);
                    }
                }

                if (watch.IsReached)
                {
                    watch = null;
                }
            }

            if (watch is not null)
            {
                watch.Waiters++;
                watches[goal] = watch;
                _watches[projectId] = watches;
                return watch;
            }
        }

        Forget(projectId);
        return null;
    }

    private void Leave(string projectId, WaitGoal goal, Watch watch)
    {
        lock (_lock)
        {
            // One that ended may have a successor, which may be gone already.
            if (--watch.Waiters == 0 && _watches.TryGetValue(projectId, out var watches) && watches.TryGetValue(goal, out var current) && current == watch)
            {
                watches.Remove(goal);
                if (watches.Count == 0)
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
