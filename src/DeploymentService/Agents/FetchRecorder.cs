using System.Collections.Concurrent;
using System.Collections.Immutable;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Agents;

/// <summary>
/// Puts down that agents fetched what they have to run: the time for the server, and for each deployment the first fetch of an execution as an event.
/// The agent does not wait for that, and gets its document also while nothing can be written.
/// </summary>
public sealed partial class FetchRecorder(
    GroupCommitWriter writer, CommitPublisher feed, FleetIndex fleet, TimeProvider time, ILogger<FetchRecorder> logger)
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
    /// <param name="mayBeNew">True when the server has a deployment, or the agent is bound to it: one who may name any server makes none by naming it.</param>
    public void Record(string projectId, string serverId, IEnumerable<(string DeploymentId, long Execution)> fetched, Actor actor, bool mayBeNew)
    {
        var now = time.GetUtcNow().UtcDateTime;
        fleet.RecordFetch(projectId, serverId, now, mayBeNew);
        foreach (var execution in fetched)
        {
            _pending.AddOrUpdate((projectId, serverId), [execution], (_, pending) => pending.Add(execution));
            _ = WriteAsync(new Fetch(feed, actor, now, projectId, execution.DeploymentId, execution.Execution), (projectId, serverId), execution);
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

    private sealed class Fetch(CommitPublisher feed, Actor actor, DateTime now, string projectId, string deploymentId, long execution)
        : RecordedChange<bool>(feed, actor, now)
    {
        protected override bool Run(SqliteSession session)
        {
            // Two polls may see that it is new; the second finds it fetched.
            var fetched = DeploymentSql.ReadChanged(
                session.Prepare(AgentSql.Fetch).Bind(1, projectId).Bind(2, deploymentId).Bind(3, Now).Bind(4, execution));
            if (fetched is not null)
            {
                Record(session, EventKind.Fetched, fetched, fetched.Status);
            }

            return fetched is not null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A fetch could not be recorded")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
