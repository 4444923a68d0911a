using DeploymentService.Configs;
using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;

namespace DeploymentService.Agents;

/// <summary>The statements of the agents' loop.</summary>
public static class AgentSql
{
    private const int ConfigColumns = 10;

    /// <summary>The generation of a server's URL: project, server.</summary>
    public const string Generation = "SELECT generation FROM agent_urls WHERE project_id = ?1 AND server_id = ?2";

    /// <summary>The next generation: project, server, what it is when there was none.</summary>
    public const string Rotate = """
        INSERT INTO agent_urls (project_id, server_id, generation) VALUES (?1, ?2, ?3)
        ON CONFLICT (project_id, server_id) DO UPDATE SET generation = generation + 1 RETURNING generation
        """;

    /// <summary>What a server has to run, in order: project, server. Agents never run a config without a group.</summary>
    public const string Document = $"""
        SELECT {ConfigSql.Columns}, d.id, d.server_id, d.execution, d.action, d.input_values FROM software_deployments AS d
        JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
        WHERE d.project_id = ?1 AND d.server_id = ?2 AND c."group" NOT IN ('', 'Heat::Ungrouped')
        ORDER BY c.name, d.sequence
        """;

    /// <summary>The declared outputs of a config: project, id.</summary>
    public const string Outputs = "SELECT outputs FROM software_configs WHERE project_id = ?1 AND id = ?2";

    /// <summary>
    /// How an execution went, unless it is over or another has begun: project, deployment, status, reason, outputs, now, execution, config.
    /// </summary>
    public const string Report = $"""
        UPDATE software_deployments SET status = ?3, status_reason = ?4, output_values = ?5, updated_time = ?6
        WHERE project_id = ?1 AND id = ?2 AND status = 'IN_PROGRESS' AND execution = ?7 AND config_id = ?8
        RETURNING {DeploymentSql.Columns}
        """;

    /// <summary>The next execution: project, deployment, reason, now.</summary>
    public const string Run = $"""
        UPDATE software_deployments SET status = 'IN_PROGRESS', status_reason = ?3, output_values = NULL, updated_time = ?4,
        execution = execution + 1, execution_is_stale = 0
        WHERE project_id = ?1 AND id = ?2
        RETURNING {DeploymentSql.Columns}
        """;

    /// <summary>The entry of the row that <see cref="Document"/> stands on.</summary>
    public static AgentEntry Read(SqliteStatement row) => new(
        ConfigSql.Read(row),
        row.Text(ConfigColumns),
        row.Text(ConfigColumns + 1),
        row.Integer(ConfigColumns + 2),
        row.TextOrNull(ConfigColumns + 3),
        row.JsonOrNull(ConfigColumns + 4));
}
