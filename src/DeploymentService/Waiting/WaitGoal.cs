using DeploymentService.Fleet;

namespace DeploymentService.Waiting;

/// <summary>What is waited for. Two goals that ask for the same are equal.</summary>
/// <param name="Filter">The deployments that are looked at.</param>
/// <param name="AtLeast">How many of them there must be; 0 when none at all will do.</param>
/// <param name="FailFast">True when the first that failed ends the wait, false when all must be at their end.</param>
public sealed record WaitGoal(DeploymentFilter Filter, int AtLeast, bool FailFast)
{
    /// <summary>The end of all that a filter names, of none too.</summary>
    public static WaitGoal EndOf(DeploymentFilter filter) => new(filter, AtLeast: 0, FailFast: false);

    /// <summary>True when only what is in progress decides, so that whatever is at its end need not be remembered.</summary>
    public bool IsOfThoseInProgress => AtLeast == 0 && !FailFast;

    /// <summary>True when there is nothing more to wait for.</summary>
    /// <param name="inProgress">How many deployments are in progress.</param>
    /// <param name="ended">How many are complete or failed.</param>
    /// <param name="failed">How many of these failed.</param>
    public bool IsReached(int inProgress, int ended, int failed) => (FailFast && failed > 0) || (inProgress == 0 && ended >= AtLeast);
}
