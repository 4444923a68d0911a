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

    /// <summary>
    /// The executions of a server, in order, each with what was to be run when it began: project, server. Agents never run a config without a group.
    /// </summary>
    public const string Document = $"""
        SELECT {ConfigSql.Columns}, d.id, d.server_id, d.execution, iif(s.config_id IS NULL, d.action, s.action),
        iif(s.config_id IS NULL, d.input_values, s.input_values), d.status = 'IN_PROGRESS' AND d.fetched_time IS NULL,
        d.status = 'IN_PROGRESS' OR d.execution_is_on_server
        FROM software_deployments AS d
        LEFT JOIN execution_snapshots AS s ON s.project_id = d.project_id AND s.deployment_id = d.id
        JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = coalesce(s.config_id, d.config_id)
        WHERE d.project_id = ?1 AND d.server_id = ?2 AND {ConfigSql.IsGrouped}
        ORDER BY c.name, d.sequence
        """;

    /// <summary>The declared outputs of the config that a deployment's execution runs: project, deployment, the deployment's config.</summary>
    public const string Outputs = """
        SELECT outputs FROM software_configs WHERE project_id = ?1
        AND id = coalesce((SELECT config_id FROM execution_snapshots WHERE project_id = ?1 AND deployment_id = ?2), ?3)
        """;

    /// <summary>The entry of the row that <see cref="Document"/> stands on.</summary>
    public static AgentEntry Read(SqliteStatement row) => new(
        ConfigSql.Read(row),
        row.Text(ConfigSql.ColumnCount),
        row.Text(ConfigSql.ColumnCount + 1),
        row.Integer(ConfigSql.ColumnCount + 2),
        row.TextOrNull(ConfigSql.ColumnCount + 3),
        row.JsonOrNull(ConfigSql.ColumnCount + 4),
        IsNew: row.Integer(ConfigSql.ColumnCount + 5) != 0,
        IsHandedOut: row.Integer(ConfigSql.ColumnCount + 6) != 0);
}
