using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>Keeps what an execution runs where its deployment says something else by now.</summary>
internal static class ExecutionSnapshots
{
    /// <summary>
    /// Before an update is saved: an execution that goes on keeps what it runs, to the byte, because no agent may get two texts under one id, and one that
    /// begins runs what the deployment says.
    /// </summary>
    /// <param name="rows">The transaction.</param>
    /// <param name="current">The deployment before.</param>
    /// <param name="updated">The deployment afterwards.</param>
    public static void Follow(IWriteTransaction rows, SoftwareDeployment current, SoftwareDeployment updated)
    {
        if (updated.Execution != current.Execution)
        {
            if (rows.Snapshot(current) is { } kept)
            {
                rows.Delete(kept);
            }
        }
        else if ((updated.ConfigId != current.ConfigId || updated.Action != current.Action || updated.InputValues != current.InputValues)
            && rows.Snapshot(current) is null)
        {
            rows.Add(new ExecutionSnapshot
            {
                ProjectId = current.ProjectId,
                DeploymentId = current.Id,
                ConfigId = current.ConfigId,
                Action = current.Action,
                InputValues = current.InputValues,
            });
        }
    }
}
