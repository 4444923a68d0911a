using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Idempotency;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Agents;

/// <summary>What agents have to run, under which URLs, and the beginning of executions.</summary>
public sealed class AgentStore(GroupCommitWriter writer, SqliteReaders readers, CommitPublisher publisher)
{
    /// <summary>
    /// The executions of a server, in the order of its document; null when its URL was rotated since the generation that is asked for. One that began in between is as
    /// it is when its turn comes: what an execution runs never changes, so each of them is right for its id.
    /// </summary>
    public RowsById<AgentEntry>? Entries(AgentUrlClaims address)
    {
        var ids = readers.Read(
            static (session, address) => GenerationOf(session, address.ProjectId, address.ServerId) == address.Generation
                ? Ids(session, AgentSql.Document, address.ProjectId, address.ServerId)
                : null,
            address);
        return ids is null ? null : new(
            readers, ids, (session, id) => AgentSql.FindEntry(session, address.ProjectId, id), entry => entry.Config.Bytes + (entry.InputValues?.Utf8.Length ?? 0));
    }

    /// <summary>A server's deployments with their configs, in the order of Heat's metadata.</summary>
    public RowsById<MetadataEntry> Metadata(string projectId, string serverId)
    {
        var ids = readers.Read(static (session, key) => Ids(session, AgentSql.Metadata, key.projectId, key.serverId), (projectId, serverId));
        return new(readers, ids, (session, id) => AgentSql.FindMetadataEntry(session, projectId, id), entry => entry.Config.Bytes);
    }

    /// <summary>The generation of a server's URL.</summary>
    public long Generation(string projectId, string serverId) => readers.Read(
        static (session, key) => GenerationOf(session, key.projectId, key.serverId), (projectId, serverId));

    /// <summary>Makes all URLs of a server worthless that there are; the new generation.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    public Task<long> RotateAsync(string projectId, string serverId) => writer.WriteAsync(new RotateUrl(projectId, serverId));

    /// <summary>Begins the next execution of a deployment, without outputs; once for a key.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    public Task<RunResult> RunAsync(string projectId, string deploymentId, IdempotencyKey? request, Actor actor) =>
        writer.WriteAsync(new BeginExecution(publisher, actor, projectId, deploymentId, request));

    private static List<string> Ids(SqliteSession session, string sql, string projectId, string serverId)
    {
        var ids = new List<string>();
        var row = session.Prepare(sql).Bind(1, projectId).Bind(2, serverId);
        while (row.Step())
        {
            ids.Add(row.Text(0));
        }

        return ids;
    }

    internal static long GenerationOf(SqliteSession session, string projectId, string serverId)
    {
        var row = session.Prepare(AgentSql.Generation).Bind(1, projectId).Bind(2, serverId);
        var generation = row.Step() ? row.Integer(0) : AgentUrl.FirstGeneration;
        row.Reset();
        return generation;
    }

    /// <summary>Rotates in a transaction; the new generation.</summary>
    internal static long Rotate(SqliteSession session, string projectId, string serverId)
    {
        var row = session.Prepare(AgentSql.Rotate).Bind(1, projectId).Bind(2, serverId).Bind(3, AgentUrl.FirstGeneration + 1);
        var generation = 0L;
        while (row.Step())
        {
            generation = row.Integer(0);
        }

        return generation;
    }

    private sealed class RotateUrl(string projectId, string serverId) : Change<long>
    {
        protected override long Execute(IWriteTransaction rows) => Rotate(rows.Sqlite(), projectId, serverId);
    }

    private sealed class BeginExecution(CommitPublisher publisher, Actor actor, string projectId, string deploymentId, IdempotencyKey? key)
        : RecordedChange<RunResult>(publisher, actor)
    {
        private const string Operation = "software_deployments:run";

        internal override void Require(RowKeys keys)
        {
            keys.Deployment(projectId, deploymentId);
            StoredOutcome.Require(keys, projectId, Operation, key);
        }

        protected override RunResult Run(IWriteTransaction rows)
        {
            if (rows.Deployment(projectId, deploymentId) is not { } current)
            {
                return new(RunOutcome.Unknown, null);
            }

            if (StoredOutcome.Of(rows, projectId, Operation, key) is { } first)
            {
                return first.IsSame ? new(RunOutcome.Begun, current) : new(RunOutcome.KeyOfAnotherRequest, null);
            }

            var begun = current with
            {
                Status = DeploymentStatus.InProgress,
                StatusReason = DeploymentStatus.DataAvailable,
                OutputValues = null,
                UpdatedTime = rows.Now,
                Execution = current.Execution + 1,
                ExecutionIsStale = false,
                ExecutionIsOnServer = false,
                Revision = current.Revision + 1,
                Deadline = current.DeadlineFrom(rows.Now),
                Lateness = Lateness.None,
                FetchedTime = null,
            };
            ExecutionSnapshots.Follow(rows, current, begun);
            rows.Save(current, begun);
            Record(rows, begun, new(EventKind.Run, current.Status));
            RecordIfSkipped(rows, begun);
            StoredOutcome.Remember(rows, projectId, Operation, key, deploymentId);
            return new(RunOutcome.Begun, begun);
        }
    }
}
