using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Waiting;

/// <summary>
/// Those who wait for one deployment. A wait is an object in memory: no thread, and one query at its beginning. What happens then is told to all who wait
/// for it, with the deployment as it is afterwards.
/// </summary>
public sealed class DeploymentWaits(IDatabaseReader reader, TimeProvider time, IHostApplicationLifetime lifetime) : ILogFollower
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string ProjectId, string DeploymentId), Watch> _watches = [];
    private long _position = -1;

    /// <summary>A deployment that somebody waits for. Touched under the lock alone.</summary>
    private sealed class Watch
    {
        public int Waiters { get; set; }

        public TaskCompletionSource<Change> Next { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What happened.</summary>
    /// <param name="Deployment">The deployment afterwards; null when it is gone.</param>
    /// <param name="IsToBeRead">True when the deployment is not here.</param>
    /// <param name="Next">What happens after that.</param>
    private readonly record struct Change(SoftwareDeployment? Deployment, bool IsToBeRead, Task<Change> Next);

    /// <summary>Waits until a deployment is as wanted, or gone, or time is over.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="isWanted">Whether a state is what is waited for.</param>
    /// <param name="wait">How long.</param>
    /// <param name="ended">Ends with the request.</param>
    /// <returns>The deployment as it is then; null when it is gone.</returns>
    public async Task<SoftwareDeployment?> WaitAsync(
        string projectId, string deploymentId, Func<SoftwareDeployment, bool> isWanted, WaitTime wait, CancellationToken ended)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended, lifetime.ApplicationStopping);
        var begun = time.GetTimestamp();
        var span = wait.Span;
        // Before looking, so that no change falls in between.
        var (watch, next) = Join((projectId, deploymentId));
        try
        {
            var deployment = await FindAsync(projectId, deploymentId);
            while (deployment is not null && !isWanted(deployment) && span - time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
            {
                var change = await next.WaitAsync(left, time, end.Token);
                next = change.Next;
                var changed = change.IsToBeRead ? await FindAsync(projectId, deploymentId) : change.Deployment;
                // What is heard first may be older than what was found.
                deployment = changed?.Revision < deployment.Revision ? deployment : changed;
            }

            return deployment;
        }
        catch (TimeoutException)
        {
            return await FindAsync(projectId, deploymentId);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            // The service stops: as when time is over.
            return await FindAsync(projectId, deploymentId);
        }
        finally
        {
            Leave((projectId, deploymentId), watch);
        }
    }

    /// <inheritdoc />
    public string Name => "waits";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <inheritdoc />
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            // What leaves the deployment as it was told to clients is nothing that anybody waits for.
            if (committed.Event is { Subject: null, Kind: not (EventKind.Fetched or EventKind.Refused or EventKind.Skipped) })
            {
                Complete(committed);
            }

            Volatile.Write(ref _position, committed.Event.Sequence);
        }
    }

    private void Complete(in CommittedEvent committed)
    {
        TaskCompletionSource<Change> completion;
        Change change;
        lock (_lock)
        {
            if (!_watches.TryGetValue((committed.Event.ProjectId, committed.Event.DeploymentId), out var watch))
            {
                return;
            }

            completion = watch.Next;
            watch.Next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            change = new(committed.Deployment, committed is { IsFromDatabase: true, Deployment: not null }, watch.Next.Task);
        }

        // The writer has better things to do than to wake thousands.
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.completion.TrySetResult(work.change), (completion, change), preferLocal: false);
    }

    private ValueTask<SoftwareDeployment?> FindAsync(string projectId, string deploymentId) =>
        reader.FirstAsync(DeploymentQueries.Find, new(projectId, deploymentId));

    private (Watch Watch, Task<Change> Next) Join((string ProjectId, string DeploymentId) key)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(key, out var watch))
            {
                watch = new Watch();
                _watches.Add(key, watch);
            }

            watch.Waiters++;
            return (watch, watch.Next.Task);
        }
    }

    private void Leave((string ProjectId, string DeploymentId) key, Watch watch)
    {
        lock (_lock)
        {
            if (--watch.Waiters == 0)
            {
                _watches.Remove(key);
            }
        }
    }
}
