using DeploymentService.Deployments;

namespace DeploymentService.Deadlines;

/// <summary>The statements of the deadlines. The index of the first has only the deployments that have one.</summary>
public static class DeadlineSql
{
    /// <summary>The deployments whose deadline has passed, the oldest first: now.</summary>
    public const string Due = """
        SELECT project_id, id, lateness, timeout FROM software_deployments WHERE deadline <= ?1 AND status = 'IN_PROGRESS' ORDER BY deadline
        """;

    /// <summary>
    /// Makes a deployment overdue: project, id, for how many milliseconds. They count from its deadline and not from now, so that a restart gives nobody
    /// more time. Nobody has updated it, so its times stay.
    /// </summary>
    public const string BecomeOverdue = $"""
        UPDATE software_deployments SET lateness = 1, deadline = deadline + ?3, revision = revision + 1
        WHERE project_id = ?1 AND id = ?2 RETURNING {DeploymentSql.Columns}
        """;

    /// <summary>Gives a deployment up: project, id, reason, now.</summary>
    public const string Expire = $"""
        UPDATE software_deployments SET status = 'FAILED', status_reason = ?3, updated_time = ?4, lateness = 2, deadline = NULL, revision = revision + 1,
        execution_is_on_server = 1
        WHERE project_id = ?1 AND id = ?2 RETURNING {DeploymentSql.Columns}
        """;
}
