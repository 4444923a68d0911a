using DeploymentService.Data;
using DeploymentService.Data.Sqlite;
using DeploymentService.Http;
using DeploymentService.Writing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Configs;

/// <summary>Keeps and finds configs.</summary>
public sealed class ConfigStore(GroupCommitWriter writer, SqliteReaders readers, IDbContextFactory<SqliteDeploymentDbContext> contexts, TimeProvider time)
{
    // Summaries are small: this many are about 100 KB.
    private const int ChunkRows = 1000;

    /// <summary>Keeps a new config.</summary>
    public Task<SoftwareConfig> CreateAsync(string projectId, CreateConfig body) => writer.WriteAsync(new InsertConfig(new SoftwareConfig
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
        CreationTime = time.GetUtcNow().UtcDateTime,
    }));

    /// <summary>The config; null when the project has none with that id.</summary>
    public SoftwareConfig? Find(string projectId, string id) => readers.Read(
        static (session, key) =>
        {
            var row = session.Prepare(ConfigSql.Find).Bind(1, key.projectId).Bind(2, key.id);
            if (!row.Step())
            {
                return null;
            }

            var config = ConfigSql.Read(row);
            row.Reset();
            return config;
        },
        (projectId, id));

    /// <summary>True when the project has that config.</summary>
    public bool Exists(string projectId, string id) => readers.Read(
        static (session, key) =>
        {
            var row = session.Prepare(ConfigSql.Exists).Bind(1, key.projectId).Bind(2, key.id);
            var exists = row.Step();
            row.Reset();
            return exists;
        },
        (projectId, id));

    /// <summary>The configs of a project, newest first, as many as one chunk holds.</summary>
    public ListChunk<ConfigSummary> List(string projectId, Paging paging)
    {
        using var context = contexts.CreateDbContext();
        var configs = context.Configs.AsNoTracking().Where(config => config.ProjectId == projectId);
        if (paging.Marker is { } marker
            && configs.Where(config => config.Id == marker).Select(config => (long?)config.Sequence).FirstOrDefault() is { } sequence)
        {
            configs = configs.Where(config => config.Sequence < sequence);
        }

        var rows = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        var found = configs
            .OrderByDescending(config => config.Sequence)
            .Select(config => new ConfigSummary { Id = config.Id, Name = config.Name, Group = config.Group, CreationTime = config.CreationTime })
            .Take(rows + 1)
            .ToList();
        // One more than wanted was asked for, to know whether there are more.
        var more = found.Count > rows;
        return ListChunk.Of(more ? found[..rows] : found, more, paging, summary => summary.Id);
    }

    /// <summary>Deletes a config unless a deployment uses it.</summary>
    public Task<ConfigDeletion> DeleteAsync(string projectId, string id) => writer.WriteAsync(new DeleteConfig(projectId, id));

    private sealed class InsertConfig(SoftwareConfig config) : Change<SoftwareConfig>
    {
        protected override SoftwareConfig Execute(SqliteSession session)
        {
            session.Prepare(ConfigSql.Insert)
                .Bind(1, config.ProjectId).Bind(2, config.Id).Bind(3, config.Name).Bind(4, config.Group)
                .Bind(5, config.Config).Bind(6, config.Inputs).Bind(7, config.Outputs).Bind(8, config.Options)
                .Bind(9, config.CreationTime)
                .Execute();
            return config;
        }
    }

    private sealed class DeleteConfig(string projectId, string id) : Change<ConfigDeletion>
    {
        protected override ConfigDeletion Execute(SqliteSession session)
        {
            try
            {
                var deleted = session.Prepare(ConfigSql.Delete).Bind(1, projectId).Bind(2, id).Execute();
                return deleted > 0 ? ConfigDeletion.Deleted : ConfigDeletion.Unknown;
            }
            catch (SqliteException fault) when (fault.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
            {
                // Only a reference can hold a row. SQLite enforces RESTRICT by a trigger of its own, and its code is that of a trigger.
                return ConfigDeletion.InUse;
            }
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
