using DeploymentService.Agents;
using DeploymentService.Http;
using DeploymentService.Idempotency;
using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Configs;

/// <summary>Keeps and finds configs.</summary>
public sealed class ConfigStore(GroupCommitWriter writer, SqliteReaders readers)
{
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
        static (session, key) => ConfigSql.IsThere(session, key.projectId, key.id),
        (projectId, id));

    /// <summary>The configs of a project, newest first, as many as one chunk holds.</summary>
    public ListChunk<ConfigSummary> List(string projectId, Paging paging) => readers.Read(
        static (session, query) =>
        {
            var (projectId, paging) = query;
            var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
            var row = session.Prepare(ConfigSql.OfProject).Bind(1, projectId).Bind(2, paging.Place ?? Place(session, projectId, paging.Marker));
            var found = new List<ConfigSummary>();
            var lastPlace = 0L;
            while (row.Step())
            {
                if (found.Count == wanted)
                {
                    row.Reset();
                    return ListChunk.Of(found, more: true, paging, summary => summary.Id, lastPlace);
                }

                found.Add(new ConfigSummary { Id = row.Text(0), Name = row.TextOrNull(1), Group = row.TextOrNull(2), CreationTime = row.Time(3) });
                lastPlace = row.Integer(4);
            }

            return ListChunk.Of(found, more: false, paging, summary => summary.Id, lastPlace);
        },
        (projectId, paging));

    /// <summary>Deletes a config unless a deployment uses it.</summary>
    public Task<ConfigDeletion> DeleteAsync(string projectId, string id) => writer.WriteAsync(new DeleteConfig(projectId, id));

    /// <summary>The place of a marker; behind all rows when there is none, or none that is known, as in Heat.</summary>
    private static long Place(SqliteSession session, string projectId, string? marker)
    {
        if (marker is null)
        {
            return long.MaxValue;
        }

        var row = session.Prepare(ConfigSql.Sequence).Bind(1, projectId).Bind(2, marker);
        var place = row.Step() ? row.Integer(0) : long.MaxValue;
        row.Reset();
        return place;
    }

    private sealed class InsertConfig(SoftwareConfig config, IdempotencyKey? key) : Change<SoftwareConfig?>
    {
        private const string Operation = "software_configs:create";

        internal override int Size => config.Config.Utf8.Length + config.Inputs.Utf8.Length;

        internal override void Require(RowKeys keys) => StoredOutcome.Require(keys, config.ProjectId, Operation, key);

        protected override SoftwareConfig? Execute(IWriteTransaction rows)
        {
            if (StoredOutcome.Of(rows, config.ProjectId, Operation, key) is { } first)
            {
                return first.IsSame ? config.AsCreated(first.ResourceId, first.CreationTime) : null;
            }

            var created = rows.Add(config with { CreationTime = rows.Now });
            StoredOutcome.Remember(rows, created.ProjectId, Operation, key, created.Id);
            return created;
        }
    }

    private sealed class DeleteConfig(string projectId, string id) : Change<ConfigDeletion>
    {
        protected override ConfigDeletion Execute(IWriteTransaction rows)
        {
            var session = rows.Sqlite();
            try
            {
                session.Prepare(ExecutionSql.Free).Bind(1, projectId).Bind(2, id).Execute();
                var deleted = session.Prepare(ConfigSql.Delete).Bind(1, projectId).Bind(2, id).Execute();
                return deleted > 0 ? ConfigDeletion.Deleted : ConfigDeletion.Unknown;
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
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
