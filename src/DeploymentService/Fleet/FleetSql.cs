namespace DeploymentService.Fleet;

/// <summary>The statements by which the fleet comes into memory.</summary>
public static class FleetSql
{
    /// <summary>What is kept in memory of the deployments of all projects: behind which number.</summary>
    public const string Deployments = """
        SELECT d.sequence, d.project_id, d.id, d.server_id, d.config_id, c.name, d.action, d.status, d.status_reason,
        coalesce(d.updated_time, d.creation_time), d.lateness
        FROM software_deployments AS d JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
        WHERE d.sequence > ?1 ORDER BY d.sequence
        """;

    /// <summary>The servers of all projects: behind which project and server.</summary>
    public const string Servers = """
        SELECT project_id, server_id, last_fetch_time, last_report_time, removed_after FROM servers
        WHERE (project_id, server_id) > (?1, ?2) ORDER BY project_id, server_id
        """;
}
