using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>Keeps what an execution runs where its deployment says something else by now, and what became of it when it is followed by the next.</summary>
internal static class ExecutionSnapshots
{
    /// <summary>
    /// Before an update is saved: an execution that goes on keeps what it runs, to the byte, because no agent may get two texts under one id, and one that
    /// begins runs what the deployment says. The one before it becomes a run of its own, with its outputs.
    /// </summary>
    /// <param name="rows">The transaction.</param>
    /// <param name="current">The deployment before.</param>
    /// <param name="updated">The deployment afterwards.</param>
    /// <param name="runs">How many runs are kept.</param>
    public static void Follow(IWriteTransaction rows, SoftwareDeployment current, SoftwareDeployment updated, RunsOptions runs)
    {
        if (updated.Execution != current.Execution)
        {
            var snapshot = rows.Snapshot(current);
            Keep(rows, current, snapshot, runs.Keep - 1);
            if (snapshot is not null)
            {
                rows.Delete(snapshot);
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

    /// <summary>Keeps the execution that is followed by the next, and no more than so many of them.</summary>
    private static void Keep(IWriteTransaction rows, SoftwareDeployment current, ExecutionSnapshot? snapshot, int most)
    {
        if (most > 0)
        {
            rows.Add(DeploymentRun.Of(current, snapshot));
        }

        if (current.Execution > most)
        {
            rows.DeleteRuns(current, most);
        }
    }
}
