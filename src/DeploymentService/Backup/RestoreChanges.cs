using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Backup;

/// <summary>Moves revisions and the numbers of events to one number, from which they go on; executions follow their deployment's revision when the next one begins.</summary>
/// <param name="number">The number, greater than any that was ever given.</param>
internal sealed class Jump(long number) : Change<bool>
{
    private const string Reason = "The database was restored from a backup: what happened since that is not known";

    protected override bool Execute(IWriteTransaction rows)
    {
        rows.Execute(RestoreSql.Revisions, [number]);
        rows.Execute(RestoreSql.Event, [(number, rows.Now, Reason)]);
        return true;
    }
}

/// <summary>
/// Begins what agents had in progress anew: its server may have run it since the backup, runs no number twice, and would never report it again. What has ended keeps its number, so that no
/// server runs it again. How many were begun.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="deployments">Which deployments.</param>
/// <param name="runs">How many runs of a deployment are kept.</param>
internal sealed class RunRestored(EventLog log, IReadOnlyList<(string ProjectId, string Id)> deployments, RunsOptions runs) : RecordedChange<int>(log, Actor.Service)
{
    private const string Reason = "The database was restored from a backup, and the server may have run it before: it is run again";

    internal override void Require(RowKeys keys)
    {
        foreach (var (projectId, id) in deployments)
        {
            keys.Deployment(projectId, id);
        }
    }

    protected override int Run(IWriteTransaction rows)
    {
        var begun = 0;
        foreach (var (projectId, id) in deployments)
        {
            if (rows.Deployment(projectId, id) is { IsTerminal: false, IsFromBeforeRestore: true } current && rows.Config(projectId, current.ConfigId) is { IsRunByAgents: true })
            {
                // It is whose it was.
                var next = UpdatedDeployment.RunAgain(current, rows.Now, Actor) with { StartedBy = current.StartedBy, RolloutId = current.RolloutId };
                ExecutionSnapshots.Follow(rows, current, next, runs);
                rows.Save(current, next);
                Record(rows, next, new(EventKind.Run, current.Status) { Reason = Reason });
                begun++;
            }
        }

        return begun;
    }
}
