using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>What a deployment says of its server in a rollout.</summary>
internal static class RolloutOutcomes
{
    /// <summary>
    /// What became of a server by its deployment; null while that is in progress, also in a run that somebody has begun by hand. Whatever keeps it from ever being complete with the
    /// rollout's config counts as failed, so that a rollout neither waits for it nor calls itself complete.
    /// </summary>
    /// <param name="rollout">The rollout.</param>
    /// <param name="status">The status of the deployment; null when it is gone.</param>
    /// <param name="configId">Its config.</param>
    /// <param name="rolloutId">The rollout that began its execution; null when a person did.</param>
    public static (RolloutOutcome Outcome, string? Reason)? Of(Rollout rollout, string? status, string? configId, string? rolloutId) => status switch
    {
        null => (RolloutOutcome.Failed, "The deployment was deleted before its end"),
        _ when rolloutId is not null && rolloutId != rollout.Id => (RolloutOutcome.Failed, $"Rollout {rolloutId} has begun another run before the end of this one"),
        _ when configId != rollout.ConfigId => (RolloutOutcome.Failed, "The deployment was given another config before its end"),
        DeploymentStatus.Complete => (RolloutOutcome.Complete, null),
        DeploymentStatus.Failed => (RolloutOutcome.Failed, null),
        _ => null,
    };

    /// <summary>True when a deployment with the rollout's config runs the same: with the same action and the same inputs.</summary>
    public static bool IsSameRun(Rollout rollout, string? action, JsonText? inputs) =>
        action == rollout.Action && (inputs ?? JsonText.EmptyObject).SemanticallyEquals(rollout.InputValues ?? JsonText.EmptyObject);
}
