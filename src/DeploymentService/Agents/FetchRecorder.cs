using System.Collections.Concurrent;
using System.Collections.Immutable;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>
/// Puts down that agents fetched what they have to run: the time for the server, and for each deployment the first fetch of an execution as an event.
/// The agent does not wait for that, and gets its document also while nothing can be written.
/// </summary>
public sealed partial class FetchRecorder(
    GroupCommitWriter writer, EventLog log, FleetIndex fleet, TimeProvider time, ILogger<FetchRecorder> logger)
{
    private readonly ConcurrentDictionary<(string ProjectId, string ServerId), ImmutableHashSet<(string DeploymentId, long Execution)>> _pending = new();

    /// <summary>
    /// The executions of a server whose fetch is still to be put down. One that ends before that was handed out all the same, and must not disappear from its
    /// server. To be asked before the rows are read, so that each fetch is in one of the two.
    /// </summary>
    public ImmutableHashSet<(string DeploymentId, long Execution)> Pending(string projectId, string serverId) =>
        _pending.GetValueOrDefault((projectId, serverId), []);

    /// <summary>Puts down a fetch.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="serverId">The server whose agent it was.</param>
    /// <param name="fetched">The deployments, with their executions, that nobody had fetched before.</param>
    /// <param name="actor">The agent.</param>
    public void Record(string projectId, string serverId, IEnumerable<(string DeploymentId, long Execution)> fetched, Actor actor)
    {
        var now = time.GetUtcNow().UtcDateTime;
        fleet.RecordFetch(projectId, serverId, now);
        foreach (var execution in fetched)
        {
            _pending.AddOrUpdate((projectId, serverId), [execution], (_, pending) => pending.Add(execution));
            _ = WriteAsync(new Fetch(log, actor, projectId, execution.DeploymentId, execution.Execution), (projectId, serverId), execution);
        }
    }

    /// <summary>Puts down that a server's agent asked with a URL of its own that is no longer good.</summary>
    public void RecordInVain(string projectId, string serverId, bool hasExpired) =>
        fleet.RecordExpiredPoll(projectId, serverId, time.GetUtcNow().UtcDateTime, hasExpired);

    private async Task WriteAsync(Fetch fetch, (string ProjectId, string ServerId) server, (string DeploymentId, long Execution) execution)
    {
        try
        {
            await writer.WriteAsync(fetch);
            var left = _pending.AddOrUpdate(server, [], (_, pending) => pending.Remove(execution));
            if (left.IsEmpty)
            {
                _pending.TryRemove(new(server, left));
            }
        }
        catch (Exception exception)
        {
            // The next poll tries again: the execution is still pending.
            Log.NotRecorded(logger, exception);
        }
    }

    private sealed class Fetch(EventLog log, Actor actor, string projectId, string deploymentId, long execution)
        : RecordedChange<bool>(log, actor)
    {
        internal override void Require(RowKeys keys) => keys.Deployment(projectId, deploymentId);

        /// <summary>Marks an execution as fetched, once, also when it has ended since. No state of the deployment's own changes by it.</summary>
        protected override bool Run(IWriteTransaction rows)
        {
            // Two polls may see that it is new; the second finds it fetched.
            if (rows.Deployment(projectId, deploymentId) is not { FetchedTime: null } current || current.Execution != execution)
            {
                return false;
            }

            var fetched = current with { FetchedTime = rows.Now, ExecutionIsOnServer = true };
            rows.Save(current, fetched);
            Record(rows, fetched, new(EventKind.Fetched, fetched.Status));
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A fetch could not be recorded")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
