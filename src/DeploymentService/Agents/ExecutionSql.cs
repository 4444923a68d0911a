using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Agents;

/// <summary>The statements of the <see cref="ExecutionSnapshot"/>s.</summary>
public static class ExecutionSql
{
    /// <summary>Keeps what a deployment's execution runs, unless that is kept already: project, deployment, before its row changes.</summary>
    public const string Keep = """
        INSERT INTO execution_snapshots (project_id, deployment_id, config_id, action, input_values)
        SELECT project_id, id, config_id, action, input_values FROM software_deployments WHERE project_id = ?1 AND id = ?2
        ON CONFLICT (project_id, deployment_id) DO NOTHING
        """;

    /// <summary>Lets the execution run what its deployment says: project, deployment.</summary>
    public const string Delete = "DELETE FROM execution_snapshots WHERE project_id = ?1 AND deployment_id = ?2";

    /// <summary>Lets go of a config what no agent gets any more, as it ended before it was handed out: project, config.</summary>
    public const string Free = """
        DELETE FROM execution_snapshots WHERE project_id = ?1 AND config_id = ?2 AND EXISTS (
            SELECT 1 FROM software_deployments AS d WHERE d.project_id = ?1 AND d.id = execution_snapshots.deployment_id
            AND d.status <> 'IN_PROGRESS' AND NOT d.execution_is_on_server)
        """;

    /// <summary>
    /// Before an update is written: an execution that goes on keeps what it runs, to the byte, because no agent may get two texts under one id, and one that
    /// begins runs what the deployment says.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="current">The deployment before.</param>
    /// <param name="updated">The deployment afterwards.</param>
    public static void Follow(SqliteSession session, SoftwareDeployment current, SoftwareDeployment updated)
    {
        if (updated.Execution != current.Execution)
        {
            Forget(session, current.ProjectId, current.Id);
        }
        else if (updated.ConfigId != current.ConfigId || updated.Action != current.Action || updated.InputValues != current.InputValues)
        {
            session.Prepare(Keep).Bind(1, current.ProjectId).Bind(2, current.Id).Execute();
        }
    }

    /// <summary>When an execution begins: it runs what the deployment says.</summary>
    public static void Forget(SqliteSession session, string projectId, string deploymentId) =>
        session.Prepare(Delete).Bind(1, projectId).Bind(2, deploymentId).Execute();
}
