using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>The statements of the <see cref="ExecutionSnapshot"/>s.</summary>
public static class ExecutionSql
{
    /// <summary>Lets go of a config what no agent gets any more, as it ended before it was handed out: project, config.</summary>
    public const string Free = """
        DELETE FROM execution_snapshots WHERE project_id = ?1 AND config_id = ?2 AND EXISTS (
            SELECT 1 FROM software_deployments AS d WHERE d.project_id = ?1 AND d.id = execution_snapshots.deployment_id
            AND d.status <> 'IN_PROGRESS' AND NOT d.execution_is_on_server)
        """;
}
