using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Writing;

namespace DeploymentService.Agents;

/// <summary>
/// Puts down that agents fetched what they have to run: the time for the server, and for each deployment the first fetch of an execution as an event.
/// The agent does not wait for that, and gets its document also while nothing can be written.
/// </summary>
public sealed partial class FetchRecorder(
    GroupCommitWriter writer, SqliteReaders readers, EventFeed feed, FleetIndex fleet, TimeProvider time, ILogger<FetchRecorder> logger)
{
    /// <summary>Puts down a fetch.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="serverId">The server whose agent it was.</param>
    /// <param name="fetched">The deployments, with their executions, that nobody had fetched before.</param>
    /// <param name="actor">The agent.</param>
    public void Record(string projectId, string serverId, IEnumerable<(string DeploymentId, long Execution)> fetched, Actor actor)
    {
        var now = time.GetUtcNow().UtcDateTime;
        fleet.HearFetch(projectId, serverId, now);
        foreach (var (deploymentId, execution) in fetched)
        {
            _ = WriteAsync(new Fetch(feed, actor, now, projectId, deploymentId, execution));
        }
    }

    /// <summary>Puts down a fetch of everything that a server has to run.</summary>
    public void RecordAll(string projectId, string serverId, Actor actor) => Record(
        projectId,
        serverId,
        readers.Read(
            static (session, key) =>
            {
                var found = new List<(string DeploymentId, long Execution)>();
                var row = session.Prepare(AgentSql.New).Bind(1, key.projectId).Bind(2, key.serverId);
                while (row.Step())
                {
                    found.Add((row.Text(0), row.Integer(1)));
                }

                return found;
            },
            (projectId, serverId)),
        actor);

    private async Task WriteAsync(Fetch fetch)
    {
        try
        {
            await writer.WriteAsync(fetch);
        }
        catch (Exception fault)
        {
            // The next poll tries again: the deployment is still marked as not fetched.
            Log.NotRecorded(logger, fault);
        }
    }

    private sealed class Fetch(EventFeed feed, Actor actor, DateTime now, string projectId, string deploymentId, long execution)
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
        public static partial void NotRecorded(ILogger logger, Exception fault);
    }
}
