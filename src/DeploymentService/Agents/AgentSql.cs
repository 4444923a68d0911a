using DeploymentService.Configs;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Agents;

/// <summary>The statements of the agents' loop.</summary>
public static class AgentSql
{
    /// <summary>The generation of a server's URL: project, server.</summary>
    public const string Generation = "SELECT generation FROM agent_urls WHERE project_id = ?1 AND server_id = ?2";

    // The 1 is AgentUrl.FirstGeneration.
    private const string GenerationOfServer = """
        coalesce((SELECT u.generation FROM agent_urls AS u WHERE u.project_id = software_deployments.project_id AND u.server_id = software_deployments.server_id), 1)
        """;

    /// <summary>The generation of the URL of a deployment's server: project, deployment.</summary>
    public const string GenerationOfDeployment = $"SELECT {GenerationOfServer} FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>The next generation: project, server, what it is when there was none.</summary>
    public const string Rotate = """
        INSERT INTO agent_urls (project_id, server_id, generation) VALUES (?1, ?2, ?3)
        ON CONFLICT (project_id, server_id) DO UPDATE SET generation = generation + 1 RETURNING generation
        """;

    // Each with what was to be run when its execution began.
    private const string FromExecutions = """
        FROM software_deployments AS d
        LEFT JOIN execution_snapshots AS s ON s.project_id = d.project_id AND s.deployment_id = d.id
        JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = coalesce(s.config_id, d.config_id)
        """;

    /// <summary>The deployments of a server that agents run, in order: project, server. Agents never run a config without a group.</summary>
    public const string Document = $"SELECT d.id {FromExecutions} WHERE d.project_id = ?1 AND d.server_id = ?2 AND {ConfigSql.IsGrouped} ORDER BY c.name, d.sequence";

    /// <summary>One of them, with its execution: project, deployment.</summary>
    public const string Entry = $"""
        SELECT {ConfigSql.Columns}, d.id, d.server_id, d.execution, iif(s.config_id IS NULL, d.action, s.action),
        iif(s.config_id IS NULL, d.input_values, s.input_values), d.status = 'IN_PROGRESS' AND d.fetched_time IS NULL,
        d.status = 'IN_PROGRESS' OR d.execution_is_on_server
        {FromExecutions} WHERE d.project_id = ?1 AND d.id = ?2 AND {ConfigSql.IsGrouped}
        """;

    private const string FromDeployments = "FROM software_deployments AS d JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id";

    /// <summary>The deployments of a server, in the order of Heat's metadata: project, server.</summary>
    public const string Metadata = $"SELECT d.id {FromDeployments} WHERE d.project_id = ?1 AND d.server_id = ?2 ORDER BY c.name, d.sequence";

    /// <summary>One of them, with its config: project, deployment.</summary>
    public const string OneOfMetadata = $"""
        SELECT {ConfigSql.Columns}, d.id, d.execution, d.status = 'IN_PROGRESS' AND d.fetched_time IS NULL
        {FromDeployments} WHERE d.project_id = ?1 AND d.id = ?2
        """;

    /// <summary>The declared outputs of the config that a deployment's execution runs: project, deployment, the deployment's config.</summary>
    public const string Outputs = """
        SELECT outputs FROM software_configs WHERE project_id = ?1
        AND id = coalesce((SELECT config_id FROM execution_snapshots WHERE project_id = ?1 AND deployment_id = ?2), ?3)
        """;

    /// <summary>The execution of a deployment; null when it is gone, or agents do not run it any more.</summary>
    public static AgentEntry? FindEntry(SqliteSession session, string projectId, string deploymentId) => ReadOne(
        session.Prepare(Entry).Bind(1, projectId).Bind(2, deploymentId),
        static row => new AgentEntry(
            ConfigSql.Read(row),
            row.Text(ConfigSql.ColumnCount),
            row.Text(ConfigSql.ColumnCount + 1),
            row.Integer(ConfigSql.ColumnCount + 2),
            row.TextOrNull(ConfigSql.ColumnCount + 3),
            row.JsonOrNull(ConfigSql.ColumnCount + 4),
            IsNew: row.Integer(ConfigSql.ColumnCount + 5) != 0,
            IsHandedOut: row.Integer(ConfigSql.ColumnCount + 6) != 0));

    /// <summary>A deployment as Heat's metadata has it; null when it is gone.</summary>
    public static MetadataEntry? FindMetadataEntry(SqliteSession session, string projectId, string deploymentId) => ReadOne(
        session.Prepare(OneOfMetadata).Bind(1, projectId).Bind(2, deploymentId),
        static row => new MetadataEntry(
            ConfigSql.Read(row), row.Text(ConfigSql.ColumnCount), row.Integer(ConfigSql.ColumnCount + 1), IsNew: row.Integer(ConfigSql.ColumnCount + 2) != 0));

    private static T? ReadOne<T>(SqliteStatement row, Func<SqliteStatement, T> read)
        where T : class
    {
        var found = row.Step() ? read(row) : null;
        row.Reset();
        return found;
    }
}
