using DeploymentService.Auth;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>What an update makes of a deployment.</summary>
internal static class UpdatedDeployment
{
    /// <summary>The deployment after the update.</summary>
    /// <param name="current">The deployment before.</param>
    /// <param name="update">What a client says.</param>
    /// <param name="now">When, UTC, in whole milliseconds.</param>
    /// <param name="actor">Who says it.</param>
    public static SoftwareDeployment Of(SoftwareDeployment current, UpdateDeployment update, DateTime now, Actor actor)
    {
        // Something else to be run is run, also where the last run has ended; with a status the caller decides.
        var changes = ChangesExecution(current, update);
        var status = update.Status ?? (changes ? DeploymentStatus.InProgress : current.Status);
        var isInProgress = status == DeploymentStatus.InProgress;
        var isRedeployed = changes && update.Status is null && current.IsTerminal;
        // The next execution begins when what is to be run changes, or as soon as the deployment is in progress again.
        var isStale = changes || current.ExecutionIsStale;
        var begins = isStale && isInProgress;
        // A status or outputs are a report: one that leaves the deployment in progress gives it its whole timeout again.
        var saysHowItGoes = update.Status is not null || update.OutputValues is not null || changes;
        var endsLateness = begins || update.Status is not null || (saysHowItGoes && !current.IsTerminal);
        return current with
        {
            ConfigId = update.ConfigId ?? current.ConfigId,
            Action = update.Action ?? current.Action,
            Status = status,
            StatusReason = update.StatusReason ?? (isRedeployed ? DeploymentStatus.DataAvailable : current.StatusReason),
            InputValues = update.InputValues ?? current.InputValues,
            OutputValues = update.OutputValues ?? current.OutputValues,
            UpdatedTime = now,
            Execution = begins ? current.NextExecution : current.Execution,
            ExecutionIsStale = isStale && !isInProgress,
            // Whether the server may have it is decided when it ends.
            ExecutionIsOnServer = !begins && (current.ExecutionIsOnServer || (actor.IsAgent && !current.IsTerminal)),
            Revision = current.Revision + 1,
            Deadline = !isInProgress ? null : saysHowItGoes ? current.DeadlineFrom(now) : current.Deadline,
            Lateness = endsLateness ? Lateness.None : current.Lateness,
            FetchedTime = begins ? null : current.FetchedTime,
            StartedTime = begins ? now : current.StartedTime,
            StartedBy = begins ? actor.Name : current.StartedBy,
            EndedTime = isInProgress ? null : current.EndedTime ?? now,
            RolloutId = begins ? null : current.RolloutId,
            OutputsAreStale = update.OutputValues is null && (begins ? current.OutputValues is not null : current.OutputsAreStale),
        };
    }

    /// <summary>The deployment when its next execution begins with what it says, without outputs.</summary>
    /// <param name="current">The deployment before.</param>
    /// <param name="now">When, UTC, in whole milliseconds.</param>
    /// <param name="actor">Who begins it.</param>
    public static SoftwareDeployment RunAgain(SoftwareDeployment current, DateTime now, Actor actor) => current with
    {
        Status = DeploymentStatus.InProgress,
        StatusReason = DeploymentStatus.DataAvailable,
        OutputValues = null,
        UpdatedTime = now,
        Execution = current.NextExecution,
        ExecutionIsStale = false,
        ExecutionIsOnServer = false,
        Revision = current.Revision + 1,
        Deadline = current.DeadlineFrom(now),
        Lateness = Lateness.None,
        FetchedTime = null,
        StartedTime = now,
        StartedBy = actor.Name,
        EndedTime = null,
        RolloutId = null,
        OutputsAreStale = false,
    };

    /// <summary>True when an update says nothing but what the deployment has already, byte for byte.</summary>
    public static bool IsNoOp(SoftwareDeployment current, UpdateDeployment update) =>
        (update.Action ?? current.Action) == current.Action
        && (update.ConfigId ?? current.ConfigId) == current.ConfigId
        && (update.Status ?? current.Status) == current.Status
        && (update.StatusReason ?? current.StatusReason) == current.StatusReason
        && (update.InputValues ?? current.InputValues) == current.InputValues
        && (update.OutputValues ?? current.OutputValues) == current.OutputValues;

    /// <summary>True when something else is to be run than before.</summary>
    private static bool ChangesExecution(SoftwareDeployment current, UpdateDeployment update) =>
        (update.Action is not null && update.Action != current.Action)
        || (update.ConfigId is not null && update.ConfigId != current.ConfigId)
        || (update.InputValues is not null && !update.InputValues.SemanticallyEquals(current.InputValues));
}
