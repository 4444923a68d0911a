using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Idempotency;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Agents;

/// <summary>What agents have to run, under which URLs, and the beginning of executions.</summary>
public sealed class AgentStore(GroupCommitWriter writer, IDatabaseReader reader, EventLog log, RunsOptions runs)
{
    /// <summary>
    /// The executions of a server, in the order of its document; null when its URL was rotated since the generation that is asked for. One that began in between is as
    /// it is when its turn comes: what an execution runs never changes, so each of them is right for its id.
    /// </summary>
    public async ValueTask<RowsById<AgentEntry>?> EntriesAsync(AgentUrlClaims url) =>
        await GenerationAsync(url.ProjectId, url.ServerId) == url.Generation
            ? new(
                reader,
                url.ProjectId,
                await reader.ListAsync(AgentQueries.Document, (url.ProjectId, url.ServerId)),
                AgentQueries.Entry,
                static entry => entry.Config.Bytes + (entry.InputValues?.Utf8.Length ?? 0))
            : null;

    /// <summary>A server's deployments with their configs, in the order of Heat's metadata.</summary>
    public async ValueTask<RowsById<MetadataEntry>> MetadataAsync(string projectId, string serverId) => new(
        reader,
        projectId,
        await reader.ListAsync(AgentQueries.Metadata, (projectId, serverId)),
        AgentQueries.MetadataEntry,
        static entry => entry.Config.Bytes);

    /// <summary>The generation of a server's URL.</summary>
    public async ValueTask<long> GenerationAsync(string projectId, string serverId) =>
        (await reader.FirstAsync(AgentQueries.Url, (projectId, serverId)))?.Generation ?? AgentUrl.FirstGeneration;

    /// <summary>Makes all URLs of a server worthless that there are; the new generation.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    public Task<long> RotateAsync(string projectId, string serverId) => writer.WriteAsync(new RotateUrl(projectId, serverId));

    /// <summary>Begins the next execution of a deployment, without outputs; once for a key.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    public Task<RunResult> RunAsync(string projectId, string deploymentId, IdempotencyKey? request, Actor actor) =>
        writer.WriteAsync(new BeginExecution(log, actor, projectId, deploymentId, request, runs));

    /// <summary>Rotates in a transaction of a change that <see cref="Change.UsesModel"/>; the new generation.</summary>
    internal static long Rotate(DeploymentDbContext model, string projectId, string serverId)
    {
        var url = model.AgentUrls.Where(url => url.ProjectId == projectId && url.ServerId == serverId);
        if (url.ExecuteUpdate(row => row.SetProperty(rotated => rotated.Generation, rotated => rotated.Generation + 1)) > 0)
        {
            return url.Select(row => row.Generation).Single();
        }

        model.Add(new AgentUrl { ProjectId = projectId, ServerId = serverId, Generation = AgentUrl.FirstGeneration + 1 });
        model.SaveChanges();
        return AgentUrl.FirstGeneration + 1;
    }

    private sealed class RotateUrl(string projectId, string serverId) : Change<long>
    {
        internal override bool UsesModel => true;

        protected override long Execute(IWriteTransaction rows) => Rotate(rows.Model, projectId, serverId);
    }

    private sealed class BeginExecution(EventLog log, Actor actor, string projectId, string deploymentId, IdempotencyKey? key, RunsOptions runs)
        : RecordedChange<RunResult>(log, actor)
    {
        public override SpaceNeed Need => SpaceNeed.Creation;

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

            var begun = UpdatedDeployment.RunAgain(current, rows.Now, Actor);
            ExecutionSnapshots.Follow(rows, current, begun, runs);
            rows.Save(current, begun);
            Record(rows, begun, new(EventKind.Run, current.Status));
            RecordIfSkipped(rows, begun);
            StoredOutcome.Remember(rows, projectId, Operation, key, deploymentId);
            return new(RunOutcome.Begun, begun);
        }
    }
}
