using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;

namespace DeploymentService.Events;

/// <summary>What happened to the present execution of a deployment that is in progress, as far as it says why it still is.</summary>
/// <param name="Refusal">The report that was refused and after which none was taken; null when there is none.</param>
/// <param name="SetInProgress">When the execution had ended, the update that set the deployment in progress again, unless the agent fetched it since.</param>
/// <param name="OverdueTime">When it became overdue; null when it did not.</param>
public sealed record ExecutionHistory(DeploymentEvent? Refusal, DeploymentEvent? SetInProgress, DateTime? OverdueTime)
{
    // Further back nobody looks for why a deployment is still in progress.
    private const int LatestLooked = 50;

    /// <summary>Reads it.</summary>
    public static ExecutionHistory Read(SqliteSession session, SoftwareDeployment deployment)
    {
        DeploymentEvent? refusal = null, setInProgress = null;
        DateTime? overdueTime = null;
        var (isReported, isFetched, hadBegun) = (false, false, false);
        foreach (var happened in Latest(session, deployment))
        {
            hadBegun |= setInProgress is not null;
            if (happened.Kind == EventKind.Refused && !isReported)
            {
                refusal ??= happened;
            }

            if (EventKind.IsReport(happened.Kind) && IsReopened(happened) && !isFetched)
            {
                setInProgress ??= happened;
            }

            overdueTime ??= happened.Kind == EventKind.Overdue ? happened.Time : null;
            isReported |= EventKind.IsReport(happened.Kind);
            isFetched |= happened.Kind == EventKind.Fetched;
        }

        // An update with which the execution began is the first thing that happened to it.
        return new(refusal, hadBegun ? setInProgress : null, overdueTime);
    }

    private static bool IsReopened(DeploymentEvent happened) =>
        happened.StatusFrom is not (null or DeploymentStatus.InProgress) && happened.StatusTo == DeploymentStatus.InProgress;

    /// <summary>The latest events of the execution first; reports about older ones come in between.</summary>
    private static List<DeploymentEvent> Latest(SqliteSession session, SoftwareDeployment deployment)
    {
        var row = session.Prepare(EventSql.LatestOfDeployment).Bind(1, deployment.Sequence);
        var events = new List<DeploymentEvent>();
        for (var looked = 0; looked < LatestLooked && row.Step(); looked++)
        {
            if (EventSql.Read(row) is var happened && happened.Execution == deployment.Execution)
            {
                events.Add(happened);
            }
        }

        row.Reset();
        return events;
    }
}
