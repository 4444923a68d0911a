using DeploymentService.Auth;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>What the log says of rollouts.</summary>
internal static class RolloutEvents
{
    /// <summary>It was created.</summary>
    public const string Created = "created";

    /// <summary>A batch began.</summary>
    public const string BatchBegun = "batch_begun";

    /// <summary>A batch, and not the last, came to its end.</summary>
    public const string BatchEnded = "batch_ended";

    /// <summary>It waits for a person.</summary>
    public const string Paused = "paused";

    /// <summary>A person lets it go on.</summary>
    public const string Resumed = "resumed";

    /// <summary>A person wants the next batch.</summary>
    public const string Next = "next";

    /// <summary>A person has ended it.</summary>
    public const string Aborted = "aborted";

    /// <summary>Servers that failed are run again.</summary>
    public const string Retried = "retried";

    /// <summary>It has come to its end by itself.</summary>
    public const string Ended = "ended";

    /// <summary>It is removed, long after its end.</summary>
    public const string Deleted = "deleted";

    /// <summary>The event of something that happened.</summary>
    public static DeploymentEvent Of(Rollout rollout, in RolloutHappening happened, Actor actor, DateTime now) =>
        actor.EventOf(rollout.ProjectId, EventSubject.Rollout, rollout.Id, happened.Kind, now) with
        {
            // There is no execution, and this is a number like it.
            Execution = happened.Batch,
            StatusFrom = happened.StatusFrom,
            StatusTo = happened.StatusTo,
            Reason = DeploymentEvent.Shorten(happened.Reason),
        };
}
