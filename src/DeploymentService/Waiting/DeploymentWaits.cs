using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Events;

namespace DeploymentService.Waiting;

/// <summary>
/// Those who wait for one deployment. A wait is an object in memory: no thread, no timer of its own, and no query until something happens.
/// </summary>
public sealed class DeploymentWaits(SqliteReaders readers, TimeProvider time, IHostApplicationLifetime lifetime) : IEventFollower
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string ProjectId, string DeploymentId), Watch> _watches = [];

    private sealed class Watch
    {
        public TaskCompletionSource Change { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }
    }

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
        while (true)
        {
            // Before looking, so that no change falls in between.
            var watch = Join((projectId, deploymentId));
            try
            {
                var deployment = Find(projectId, deploymentId);
                var left = span - time.GetElapsedTime(begun);
                if (deployment is null || isWanted(deployment) || left <= TimeSpan.Zero)
                {
                    return deployment;
                }

                await watch.Change.Task.WaitAsync(left, time, end.Token);
            }
            catch (TimeoutException)
            {
                return Find(projectId, deploymentId);
            }
            catch (OperationCanceledException) when (!ended.IsCancellationRequested)
            {
                // The service stops: as when time is over.
                return Find(projectId, deploymentId);
            }
            finally
            {
                Leave((projectId, deploymentId), watch);
            }
        }
    }

    /// <inheritdoc />
    public void Hear(in Happening happening)
    {
        // What leaves the deployment as it was told to clients is nothing that anybody waits for.
        if (happening.Event.Kind is EventKind.Fetched or EventKind.Refused or EventKind.Skipped)
        {
            return;
        }

        Watch? watch;
        lock (_lock)
        {
            if (!_watches.Remove((happening.Event.ProjectId, happening.Event.DeploymentId), out watch))
            {
                return;
            }
        }

        // The writer has better things to do than to wake thousands.
        ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Change.TrySetResult(), watch, preferLocal: false);
    }

    private SoftwareDeployment? Find(string projectId, string deploymentId) => readers.Read(
        static (session, key) => DeploymentSql.FindOne(session, key.projectId, key.deploymentId), (projectId, deploymentId));

    private Watch Join((string ProjectId, string DeploymentId) key)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(key, out var watch))
            {
                watch = new Watch();
                _watches.Add(key, watch);
            }

            watch.Waiters++;
            return watch;
        }
    }

    private void Leave((string ProjectId, string DeploymentId) key, Watch watch)
    {
        lock (_lock)
        {
            if (--watch.Waiters == 0 && _watches.TryGetValue(key, out var current) && current == watch)
            {
                _watches.Remove(key);
            }
        }
    }
}
