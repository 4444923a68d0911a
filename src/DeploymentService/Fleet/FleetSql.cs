namespace DeploymentService.Fleet;

/// <summary>The statements by which the fleet comes into memory, and by which what is known of servers goes to the disk.</summary>
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
        SELECT project_id, server_id, last_fetch_time, last_report_time FROM servers
        WHERE (project_id, server_id) > (?1, ?2) ORDER BY project_id, server_id
        """;

    /// <summary>When a server was last heard of: project, server, last fetch, last report.</summary>
    public const string PutServer = """
        INSERT INTO servers (project_id, server_id, last_fetch_time, last_report_time) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (project_id, server_id) DO UPDATE SET last_fetch_time = excluded.last_fetch_time, last_report_time = excluded.last_report_time
        """;

    /// <summary>Project, server.</summary>
    public const string DeleteServer = "DELETE FROM servers WHERE project_id = ?1 AND server_id = ?2";
}
