using DeploymentService.Storage.Model;
using Npgsql;
using NpgsqlTypes;

namespace DeploymentService.Storage.Postgres;

/// <summary>The statements that load what changes require, all rows of a kind at once.</summary>
internal static class PostgresLoad
{
    /// <summary>Locks out all other writers until the transaction ends.</summary>
    public const string LockSql = "SELECT id FROM commit_lock WHERE id = 1 FOR UPDATE";

    /// <summary>The last numbers, and the time of the last event. Behind the lock, in a statement of its own: it sees all that was committed by who had the lock before.</summary>
    public const string LastSql = $"""
        SELECT coalesce((SELECT max(sequence) FROM deployment_events), 0), (SELECT time FROM deployment_events ORDER BY sequence DESC LIMIT 1),
        greatest((SELECT max(sequence) FROM software_deployments),
        (SELECT deployment_number FROM deployment_events WHERE kind = '{EventKind.Deleted}' ORDER BY deployment_number DESC LIMIT 1), 0),
        coalesce((SELECT max(sequence) FROM software_configs), 0)
        """;

    private const string ConfigsSql = """
        SELECT c.project_id, c.id, c.name, c."group" FROM unnest($1, $2) AS k (project_id, id)
        CROSS JOIN LATERAL (SELECT * FROM software_configs AS c WHERE c.project_id = k.project_id AND c.id = k.id LIMIT 1) AS c
        """;

    private const string OutcomesSql = """
        SELECT i.project_id, i.operation, i.key, i.body_hash, i.resource_id, i.creation_time FROM unnest($1, $2, $3) AS k (project_id, operation, key)
        CROSS JOIN LATERAL (SELECT * FROM idempotency_keys AS i WHERE i.project_id = k.project_id AND i.operation = k.operation AND i.key = k.key LIMIT 1) AS i
        """;

    // With what belongs to each: its config's facts, its snapshot, that one's config's facts, and the generation of its server's URL. Each is looked up by its key, one behind the
    // other: of a plain join the server makes whatever fits tables that it takes for small, and scans a project's deployments.
    private static readonly string DeploymentsSql = $"""
        SELECT {string.Join(", ", DeploymentColumns.All.Split(',').Select(column => "d." + column.Trim()))},
        c.name, c."group", s.config_id, s.action, s.input_values, e.name, e."group", u.generation
        FROM unnest($1, $2) AS k (project_id, id)
        CROSS JOIN LATERAL (SELECT * FROM software_deployments AS d WHERE d.project_id = k.project_id AND d.id = k.id LIMIT 1) AS d
        LEFT JOIN LATERAL (SELECT * FROM software_configs AS c WHERE c.project_id = d.project_id AND c.id = d.config_id LIMIT 1) AS c ON true
        LEFT JOIN LATERAL (SELECT * FROM execution_snapshots AS s WHERE s.project_id = d.project_id AND s.deployment_id = d.id LIMIT 1) AS s ON true
        LEFT JOIN LATERAL (SELECT * FROM software_configs AS e WHERE e.project_id = s.project_id AND e.id = s.config_id LIMIT 1) AS e ON true
        LEFT JOIN LATERAL (SELECT * FROM agent_urls AS u WHERE u.project_id = d.project_id AND u.server_id = d.server_id LIMIT 1) AS u ON true
        """;

    /// <summary>Loads deployments.</summary>
    public static NpgsqlBatchCommand Deployments(IReadOnlyCollection<(string ProjectId, string Id)> keys) => new(DeploymentsSql)
    {
        Parameters = { Texts(keys, static key => key.ProjectId), Texts(keys, static key => key.Id) },
    };

    /// <summary>Loads configs' facts.</summary>
    public static NpgsqlBatchCommand Configs(IReadOnlyCollection<(string ProjectId, string Id)> keys) => new(ConfigsSql)
    {
        Parameters = { Texts(keys, static key => key.ProjectId), Texts(keys, static key => key.Id) },
    };

    /// <summary>Loads what requests came to.</summary>
    public static NpgsqlBatchCommand Outcomes(IReadOnlyCollection<(string ProjectId, string Operation, string Key)> keys) => new(OutcomesSql)
    {
        Parameters = { Texts(keys, static key => key.ProjectId), Texts(keys, static key => key.Operation), Texts(keys, static key => key.Key) },
    };

    /// <summary>A row of <see cref="Deployments"/>.</summary>
    public static LoadedDeployment ReadDeployment(PostgresRow row)
    {
        var deployment = DeploymentColumns.Read(row);
        const int Next = DeploymentColumns.Count;
        var snapshot = row.IsNull(Next + 2) ? null : new ExecutionSnapshot
        {
            ProjectId = deployment.ProjectId,
            DeploymentId = deployment.Id,
            ConfigId = row.Text(Next + 2),
            Action = row.TextOrNull(Next + 3),
            InputValues = row.JsonOrNull(Next + 4),
        };
        return new(
            deployment,
            new ConfigFacts(row.TextOrNull(Next), row.TextOrNull(Next + 1)),
            snapshot,
            snapshot is null ? null : new ConfigFacts(row.TextOrNull(Next + 5), row.TextOrNull(Next + 6)),
            row.IntegerOrNull(Next + 7) ?? AgentUrl.FirstGeneration);
    }

    /// <summary>A row of <see cref="Outcomes"/>.</summary>
    public static IdempotencyRecord ReadOutcome(PostgresRow row) => new()
    {
        ProjectId = row.Text(0),
        Operation = row.Text(1),
        Key = row.Text(2),
        BodyHash = row.Bytes(3),
        ResourceId = row.Text(4),
        CreationTime = row.Time(5),
    };

    private static NpgsqlParameter<string[]> Texts<T>(IReadOnlyCollection<T> keys, Func<T, string> part) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        TypedValue = [.. keys.Select(key => PostgresParameters.KeyOf(part(key)))],
    };
}

/// <summary>A deployment with what belongs to it.</summary>
/// <param name="Row">The deployment.</param>
/// <param name="Config">What decisions need of its config.</param>
/// <param name="Snapshot">What its execution runs, where the deployment says something else by now.</param>
/// <param name="SnapshotConfig">What decisions need of that one's config.</param>
/// <param name="UrlGeneration">The generation of its server's URL.</param>
internal sealed record LoadedDeployment(SoftwareDeployment Row, ConfigFacts Config, ExecutionSnapshot? Snapshot, ConfigFacts? SnapshotConfig, long UrlGeneration);
