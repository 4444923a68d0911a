using DeploymentService.Http;
using DeploymentService.Idempotency;
using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Configs;

/// <summary>Keeps and finds configs.</summary>
public sealed class ConfigStore(GroupCommitWriter writer, IDatabaseReader reader)
{
    /// <summary>Under which keys of creations are kept.</summary>
    internal const string CreateOperation = "software_configs:create";

    // Summaries are small: this many are about 100 KB.
    private const int ChunkRows = 1000;

    /// <summary>Keeps a new config. Null when its key belongs to a request with another body.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task<SoftwareConfig?> CreateAsync(string projectId, CreateConfig body)
    {
        var config = new SoftwareConfig
        {
            ProjectId = projectId,
            Id = Guid.NewGuid().ToString(),
            Sequence = 0,
            Name = body.Name,
            Group = body.Group,
            Config = body.Config ?? JsonText.Parse("null"),
            Inputs = body.Inputs ?? JsonText.EmptyList,
            Outputs = body.Outputs ?? JsonText.EmptyList,
            Options = body.Options ?? JsonText.EmptyObject,
            CreationTime = default,
        };
        return writer.WriteAsync(new InsertConfig(config, body.Idempotency));
    }

    /// <summary>The config; null when the project has none with that id.</summary>
    public ValueTask<SoftwareConfig?> FindAsync(string projectId, string id) => reader.FirstAsync(ConfigQueries.Find, (projectId, id));

    /// <summary>True when the project has that config.</summary>
    public async ValueTask<bool> ExistsAsync(string projectId, string id) => await reader.FirstAsync(ConfigQueries.Place, (projectId, id)) is not null;

    /// <summary>The configs of a project, newest first, as many as one chunk holds.</summary>
    public async ValueTask<ListChunk<ConfigSummary>> ListAsync(string projectId, Paging paging)
    {
        var before = paging.Place ?? await PlaceAsync(projectId, paging.Marker);
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        var found = new List<ConfigSummary>();
        var (lastPlace, more) = (0L, false);
        await reader.ForEachAsync(ConfigQueries.OfProject, (projectId, before), wanted + 1, row =>
        {
            if (found.Count == wanted)
            {
                more = true;
                return false;
            }

            found.Add(row.Summary);
            lastPlace = row.Number;
            return true;
        });
        return ListChunk.Of(found, more, paging, summary => summary.Id, lastPlace);
    }

    /// <summary>Deletes a config unless a deployment uses it.</summary>
    public Task<ConfigDeletion> DeleteAsync(string projectId, string id) => writer.WriteAsync(new DeleteConfig(projectId, id));

    /// <summary>The place of a marker; behind all rows when there is none, or none that is known, as in Heat.</summary>
    private async ValueTask<long> PlaceAsync(string projectId, string? marker) =>
        marker is not null && await reader.FirstAsync(ConfigQueries.Place, (projectId, marker)) is { } found ? found.Number : long.MaxValue;

    private sealed class InsertConfig(SoftwareConfig config, IdempotencyKey? key) : Change<SoftwareConfig?>
    {
        public override SpaceNeed Need => SpaceNeed.Creation;

        public override int Size => config.Config.Utf8.Length + config.Inputs.Utf8.Length;

        internal override void Require(RowKeys keys) => StoredOutcome.Require(keys, config.ProjectId, CreateOperation, key);

        protected override SoftwareConfig? Execute(IWriteTransaction rows)
        {
            if (StoredOutcome.Of(rows, config.ProjectId, CreateOperation, key) is { } first)
            {
                return first.IsSame ? config.AsCreated(first.ResourceId, first.CreationTime) : null;
            }

            var created = rows.Add(config with { CreationTime = rows.Now });
            StoredOutcome.Remember(rows, created.ProjectId, CreateOperation, key, created.Id);
            return created;
        }
    }

    private sealed class DeleteConfig(string projectId, string id) : Change<ConfigDeletion>
    {
        public override SpaceNeed Need => SpaceNeed.None;

        internal override bool UsesModel => true;

        protected override ConfigDeletion Execute(IWriteTransaction rows)
        {
            var model = rows.Model;
            var deployments = model.Deployments.Where(deployment => deployment.ProjectId == projectId);
            var snapshots = model.ExecutionSnapshots.Where(snapshot => snapshot.ProjectId == projectId && snapshot.ConfigId == id);
            // An agent may still get what it was given.
            var held = snapshots.Where(snapshot => deployments.Any(deployment =>
                deployment.Id == snapshot.DeploymentId && (deployment.Status == DeploymentStatus.InProgress || deployment.ExecutionIsOnServer)));
            // A rollout will still bring it to servers.
            var rollouts = model.Rollouts.Where(Rollout.IsOpen).Where(rollout => rollout.ProjectId == projectId && rollout.ConfigId == id);
            if (deployments.Any(deployment => deployment.ConfigId == id) || held.Any() || rollouts.Any())
            {
                return ConfigDeletion.InUse;
            }

            // The others ended before they were handed out.
            snapshots.ExecuteDelete();
            return model.Configs.Where(config => config.ProjectId == projectId && config.Id == id).ExecuteDelete() > 0
                ? ConfigDeletion.Deleted
                : ConfigDeletion.Unknown;
        }
    }
}

/// <summary>What became of a deletion.</summary>
public enum ConfigDeletion
{
    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>The project has no such config.</summary>
    Unknown,

    /// <summary>A deployment uses it.</summary>
    InUse,
}
