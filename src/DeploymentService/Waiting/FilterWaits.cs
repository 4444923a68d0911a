using System.Collections.Concurrent;
using System.Threading.Channels;
using DeploymentService.Events;
using DeploymentService.Fleet;

namespace DeploymentService.Waiting;

/// <summary>
/// Those who wait until all deployments that a filter names are at their end. Who waits for the same shares one watch, which knows what is still in progress
/// and looks at each change once, beside the writer.
/// </summary>
public sealed class FilterWaits(FleetIndex fleet, TimeProvider time, IHostApplicationLifetime lifetime) : BackgroundService, IEventFollower
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<DeploymentFilter, Watch>> _watches = [];
    private readonly List<Watch> _empty = [];
    private readonly ConcurrentDictionary<string, int> _watched = new();
    private readonly Channel<(string ProjectId, long Number)> _changes =
        Channel.CreateUnbounded<(string ProjectId, long Number)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private sealed class Watch
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HashSet<long> InProgress { get; } = [];

        public int Waiters { get; set; }

        public void EndIfEmpty()
        {
            if (InProgress.Count == 0)
            {
                Ended.TrySetResult();
            }
        }
    }

    /// <summary>Waits until all that a filter names are complete or failed, those that are created meanwhile too, or time is over.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="filter">Which deployments; none at all are at their end.</param>
    /// <param name="wait">How long.</param>
    /// <param name="ended">Ends with the request.</param>
    public async Task WaitAsync(string projectId, DeploymentFilter filter, WaitTime wait, CancellationToken ended)
    {
        if (Join(projectId, filter) is not { } watch)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended, lifetime.ApplicationStopping);
        try
        {
            await watch.Ended.Task.WaitAsync(wait.Span, time, end.Token);
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
            Leave(projectId, filter, watch);
        }
    }

    /// <inheritdoc />
    public void Hear(in Happening happening)
    {
        if (_watched.ContainsKey(happening.Event.ProjectId))
        {
            _changes.Writer.TryWrite((happening.Event.ProjectId, happening.Event.DeploymentNumber));
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

                EndEmpty();
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
            foreach (var (filter, watch) in _watches.GetValueOrDefault(projectId) ?? [])
            {
                if (entry is { IsInProgress: true } && filter.Matches(entry))
                {
                    watch.InProgress.Add(number);
                }
                else if (watch.InProgress.Remove(number) && watch.InProgress.Count == 0)
                {
                    _empty.Add(watch);
                }
            }
        }
    }

    /// <summary>
    /// Ends the watches that are empty, when every change was looked at: whoever began a deployment and joined a watch afterwards waits for it too, and
    /// its change may still be to come.
    /// </summary>
    private void EndEmpty()
    {
        lock (_lock)
        {
            if (!_changes.Reader.TryPeek(out _))
            {
                _empty.ForEach(watch => watch.EndIfEmpty());
                _empty.Clear();
            }
        }
    }

    /// <summary>The watch of a filter; null when nothing that it names is in progress.</summary>
    private Watch? Join(string projectId, DeploymentFilter filter)
    {
        // Announced before anything is looked at, so that no change is missed.
        _watched.AddOrUpdate(projectId, 1, static (_, count) => count + 1);
        lock (_lock)
        {
            var watches = _watches.GetValueOrDefault(projectId) ?? [];
            if (!watches.TryGetValue(filter, out var watch) || watch.Ended.Task.IsCompleted)
            {
                watch = new Watch();
                foreach (var entry in fleet.Look(projectId, project => project.Entries))
                {
                    if (entry is { IsInProgress: true } && filter.Matches(entry))
                    {
                        watch.InProgress.Add(entry.Number);
                    }
                }

                if (watch.InProgress.Count == 0)
                {
                    watch = null;
                }
            }

            if (watch is not null)
            {
                watch.Waiters++;
                watches[filter] = watch;
                _watches[projectId] = watches;
                return watch;
            }
        }

        Forget(projectId);
        return null;
    }

    private void Leave(string projectId, DeploymentFilter filter, Watch watch)
    {
        lock (_lock)
        {
            // One that ended may have a successor, which may be gone already.
            if (--watch.Waiters == 0 && _watches.TryGetValue(projectId, out var watches) && watches.TryGetValue(filter, out var current) && current == watch)
            {
                watches.Remove(filter);
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
