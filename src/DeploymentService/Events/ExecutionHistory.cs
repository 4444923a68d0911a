using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>What happened to the present execution of a deployment that is in progress, as far as it says why it still is.</summary>
/// <param name="ErrorOf">The report that was refused and after which none was taken; null when there is none.</param>
/// <param name="SetInProgress">When the execution had ended, the update that set the deployment in progress again, unless the agent fetched it since.</param>
/// <param name="OverdueTime">When it became overdue; null when it did not.</param>
public sealed record ExecutionHistory(DeploymentEvent? ErrorOf, DeploymentEvent? SetInProgress, DateTime? OverdueTime)
{
    /// <summary>How many events are looked at: further back nobody looks for why a deployment is still in progress.</summary>
    public const int LatestLooked = 50;

    /// <summary>Finds it in the events of the deployment.</summary>
    /// <param name="latest">Its latest events, latest first, <see cref="LatestLooked"/> at most.</param>
    /// <param name="deployment">The deployment.</param>
    public static ExecutionHistory Of(IEnumerable<DeploymentEvent> latest, SoftwareDeployment deployment)
    {
        DeploymentEvent? refusal = null, setInProgress = null;
        DateTime? overdueTime = null;
        var (isReported, isFetched, hadBegun) = (false, false, false);
        // Reports about older executions come in between.
        foreach (var evt in latest.Where(evt => evt.Execution == deployment.Execution))
        {
            hadBegun |= setInProgress is not null;
            if (evt.Kind == EventKind.Refused && !isReported)
            {
                refusal ??= evt;
            }

            if (EventKind.IsReport(evt.Kind) && IsReopened(evt) && !isFetched)
            {
                setInProgress ??= evt;
            }

            overdueTime ??= evt.Kind == EventKind.Overdue ? evt.Time : null;
            isReported |= EventKind.IsReport(evt.Kind);
            isFetched |= evt.Kind == EventKind.Fetched;
        }

        // An update with which the execution began is the first thing that happened to it.
        return new(refusal, hadBegun ? setInProgress : null, overdueTime);
    }

    private static bool IsReopened(DeploymentEvent evt) =>
        evt.StatusFrom is not (null or DeploymentStatus.InProgress) && evt.StatusTo == DeploymentStatus.InProgress;
}
