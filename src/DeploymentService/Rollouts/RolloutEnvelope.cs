using System.Text.Json.Serialization;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>A rollout. Those keys that may be left out are not in a list.</summary>
public sealed record RolloutView
{
    /// <summary>The UUID of the rollout; null with `by=config`.</summary>
    public required string? Id { get; init; }

    /// <summary>Its name; with `by=config` that of the config.</summary>
    public required string? Name { get; init; }

    /// <summary>How it goes.</summary>
    [OneOf(typeof(RolloutStatus))]
    public required string Status { get; init; }

    /// <summary>The same in a sentence for people.</summary>
    public required string? StatusReason { get; init; }

    /// <summary>The config.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The name of the config.</summary>
    public required string? ConfigName { get; init; }

    /// <summary>The stack action of the deployments.</summary>
    public required string? Action { get; init; }

    /// <summary>An object: the values that the config's inputs get.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonText? InputValues { get; init; }

    /// <summary>How long each server may take to report, in seconds.</summary>
    public required long? Timeout { get; init; }

    /// <summary>How many servers each batch has; the last size repeats. Null for all at once.</summary>
    public required IReadOnlyList<long>? BatchSizes { get; init; }

    /// <summary>How many seconds it waits between two batches.</summary>
    public required long? PauseSeconds { get; init; }

    /// <summary>Whether it pauses after each batch.</summary>
    public required bool? PauseAfterBatch { get; init; }

    /// <summary>How many servers may fail.</summary>
    public required long? MaxFailures { get; init; }

    /// <summary>How many percent of all servers may fail.</summary>
    public required long? MaxFailurePercent { get; init; }

    /// <summary>How many servers may fail, by whichever of the two: one more, overdue ones counted, stops it.</summary>
    public required long? FailureLimit { get; init; }

    /// <summary>Whether servers are left out that have the config already.</summary>
    public required bool? SkipDone { get; init; }

    /// <summary>The rollout whose failed servers these are.</summary>
    public required string? RetryOf { get; init; }

    /// <summary>How many servers it has.</summary>
    public required long Total { get; init; }

    /// <summary>How many of them are at their end: complete, failed or skipped.</summary>
    public required long Done { get; init; }

    /// <summary>How many there are of each status.</summary>
    public required RolloutCountsView Counts { get; init; }

    /// <summary>How many of those in progress are overdue.</summary>
    public required long Overdue { get; init; }

    /// <summary>Which batch it is at, from 1; 0 before the first.</summary>
    public required long? Batch { get; init; }

    /// <summary>How many batches there are, as things stand.</summary>
    public required long? Batches { get; init; }

    /// <summary>When the batch began.</summary>
    public required DateTime? BatchStartedTime { get; init; }

    /// <summary>When the pause between two batches is over, where there is one.</summary>
    public required DateTime? ResumeTime { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTime? CreationTime { get; init; }

    /// <summary>Who created it: the name of the token.</summary>
    public required string? CreatedBy { get; init; }

    /// <summary>When its first batch began.</summary>
    public required DateTime? StartedTime { get; init; }

    /// <summary>When anything of it last changed.</summary>
    public required DateTime? UpdatedTime { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTime? EndedTime { get; init; }

    /// <summary>How many servers come to their end in a minute, pauses by hand apart; null before the first.</summary>
    public required double? RatePerMinute { get; init; }

    /// <summary>When it will have ended at this rate; null where it does not go on.</summary>
    public required DateTime? EstimatedEndTime { get; init; }

    /// <summary>What it waits for, for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitingFor { get; init; }

    /// <summary>Why servers failed, the most frequent reason first, 20 at most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RolloutReasonView>? Reasons { get; init; }
}

/// <summary>How many servers of a rollout there are of each status.</summary>
public sealed record RolloutCountsView
{
    /// <summary>Those that were not begun.</summary>
    [JsonPropertyName("PENDING")]
    public required long Pending { get; init; }

    /// <summary>Those that were begun and have not ended, overdue or not.</summary>
    [JsonPropertyName("IN_PROGRESS")]
    public required long InProgress { get; init; }

    /// <summary>Those that are complete.</summary>
    [JsonPropertyName("COMPLETE")]
    public required long Complete { get; init; }

    /// <summary>Those that failed.</summary>
    [JsonPropertyName("FAILED")]
    public required long Failed { get; init; }

    /// <summary>Those that had the config already.</summary>
    [JsonPropertyName("SKIPPED")]
    public required long Skipped { get; init; }

    /// <summary>The counts of a rollout.</summary>
    public static RolloutCountsView Of(Rollout rollout) => new()
    {
        Pending = rollout.Pending,
        InProgress = rollout.InProgress,
        Complete = rollout.Complete,
        Failed = rollout.Failed,
        Skipped = rollout.Skipped,
    };
}

/// <summary>A reason for which servers failed.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Count">How many servers failed for it.</param>
/// <param name="Example">One of them.</param>
public sealed record RolloutReasonView(string? Reason, long Count, RolloutExampleView Example);

/// <summary>A server that failed for a reason.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="DeploymentId">Its deployment.</param>
/// <param name="StatusReason">Why it failed, as it was reported.</param>
public sealed record RolloutExampleView(string ServerId, string? DeploymentId, string? StatusReason);

/// <summary>The words that say what became of a server in a rollout, as they are sent.</summary>
public static class RolloutServerStatus
{
    /// <summary>All of them, in the order of <see cref="RolloutOutcome"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["PENDING", "IN_PROGRESS", "COMPLETE", "FAILED", "SKIPPED"];
}

/// <summary>A server of a rollout. Every key is always there.</summary>
public sealed record RolloutServerView
{
    /// <summary>The server.</summary>
    public required string ServerId { get; init; }

    /// <summary>What became of it.</summary>
    [OneOf(typeof(RolloutServerStatus))]
    public required string Status { get; init; }

    /// <summary>Why.</summary>
    public required string? StatusReason { get; init; }

    /// <summary>The batch in which it was begun.</summary>
    public required long? Batch { get; init; }

    /// <summary>Its deployment.</summary>
    public required string? DeploymentId { get; init; }

    /// <summary>Which execution of the deployment it was.</summary>
    public required long? Execution { get; init; }

    /// <summary>Whether it is overdue.</summary>
    public required bool Overdue { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTime? StartedTime { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTime? EndedTime { get; init; }

    /// <summary>What the wire shows of a server.</summary>
    internal static RolloutServerView Of(ShownServer shown) => new()
    {
        ServerId = shown.Server.ServerId,
        Status = RolloutServerStatus.All[(int)shown.Server.Outcome],
        StatusReason = shown.Server.Reason,
        Batch = shown.Server.Batch,
        DeploymentId = shown.Server.DeploymentId,
        Execution = shown.Server.Execution,
        Overdue = shown.IsOverdue,
        StartedTime = shown.Server.StartedTime,
        EndedTime = shown.Server.EndedTime,
    };
}

/// <summary>The answer with one rollout.</summary>
/// <param name="Rollout">The rollout.</param>
public sealed record RolloutEnvelope(RolloutView Rollout);

/// <summary>The answer with rollouts.</summary>
/// <param name="Rollouts">The rollouts, newest first.</param>
public sealed record RolloutList(IReadOnlyList<RolloutView> Rollouts)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? RolloutsLinks { get; init; }
}

/// <summary>The answer with the servers of a rollout.</summary>
/// <param name="Servers">The servers, in the order of the rollout.</param>
public sealed record RolloutServerList(IReadOnlyList<RolloutServerView> Servers)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? ServersLinks { get; init; }
}

/// <summary>The answer with what happened to a rollout.</summary>
/// <param name="Events">The events, oldest first.</param>
public sealed record RolloutEventList(IReadOnlyList<SubjectEventView> Events)
{
    /// <summary>The next page, where there are more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? EventsLinks { get; init; }
}
