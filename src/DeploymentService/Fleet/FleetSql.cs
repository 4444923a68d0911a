namespace DeploymentService.Fleet;

/// <summary>The statements by which what is known of servers goes to the disk.</summary>
public static class FleetSql
{
    /// <summary>What is known of a server: project, server, last fetch, last report, after which deployment it was removed.</summary>
    public const string PutServer = """
        INSERT INTO servers (project_id, server_id, last_fetch_time, last_report_time, removed_after) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (project_id, server_id) DO UPDATE SET last_fetch_time = excluded.last_fetch_time, last_report_time = excluded.last_report_time,
        removed_after = excluded.removed_after
        """;

    /// <summary>Removes a server: project, server. Answers after which deployment.</summary>
    public const string RemoveServer = """
        INSERT INTO servers (project_id, server_id, removed_after) VALUES (?1, ?2, (SELECT coalesce(max(sequence), 0) FROM software_deployments))
        ON CONFLICT (project_id, server_id) DO UPDATE SET last_fetch_time = NULL, last_report_time = NULL, removed_after = excluded.removed_after
        RETURNING removed_after
        """;

    /// <summary>Project, server.</summary>
    public const string DeleteServer = "DELETE FROM servers WHERE project_id = ?1 AND server_id = ?2";
}
