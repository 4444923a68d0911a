using System.Linq.Expressions;
using DeploymentService.Json;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>rollouts</c>: a config on its way to many servers, batch by batch, and how far it has come.</summary>
public sealed record Rollout
{
    /// <summary>The project; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The UUID of the rollout; second part of the primary key.</summary>
    public required string Id { get; init; }

    /// <summary>The place in the order of creation, over all projects.</summary>
    public required long Number { get; init; }

    /// <summary>Its name. Rollouts of one name use the same deployments, one a server; never two of them at once.</summary>
    public required string Name { get; init; }

    /// <summary>The config, of the same project.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The stack action of the deployments.</summary>
    public string? Action { get; init; }

    /// <summary>A JSON object: the values that the config's inputs get.</summary>
    public JsonText? InputValues { get; init; }

    /// <summary>How long each server may take to report, in seconds; null for as long as it likes.</summary>
    public long? Timeout { get; init; }

    /// <summary>How many servers each batch has, with commas between; the last repeats. Null for all at once.</summary>
    public string? BatchSizes { get; init; }

    /// <summary>How long to wait between two batches, in seconds; null for not at all.</summary>
    public long? PauseSeconds { get; init; }

    /// <summary>True to pause after each batch until a person goes on.</summary>
    public bool PauseAfterBatch { get; init; }

    /// <summary>How many servers may fail; null for any number, or where there is a percentage.</summary>
    public long? MaxFailures { get; init; }

    /// <summary>What percentage of all servers may fail; null for none given.</summary>
    public long? MaxFailurePercent { get; init; }

    /// <summary>True to leave out servers that have the config already.</summary>
    public bool SkipDone { get; init; }

    /// <summary>The rollout whose failed servers these are; null for none.</summary>
    public string? RetryOf { get; init; }

    /// <summary>One of <see cref="RolloutStatus.All"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it ended, or is paused, for people; null while it goes on.</summary>
    public string? StatusReason { get; init; }

    /// <summary>How many servers it has.</summary>
    public required long Total { get; init; }

    /// <summary>How many of them were not begun.</summary>
    public required long Pending { get; init; }

    /// <summary>How many were begun and have not ended, as far as that was looked at.</summary>
    public long InProgress { get; init; }

    /// <summary>How many are complete.</summary>
    public long Complete { get; init; }

    /// <summary>How many failed.</summary>
    public long Failed { get; init; }

    /// <summary>How many were left out.</summary>
    public long Skipped { get; init; }

    /// <summary>Which batch it is at, from 1; 0 before the first.</summary>
    public long Batch { get; init; }

    /// <summary>How many servers of the batch are still to be begun.</summary>
    public long BatchLeft { get; init; }

    /// <summary>When the batch began, UTC.</summary>
    public DateTime? BatchStartedTime { get; init; }

    /// <summary>When the pause behind the batch is over, UTC; null before the batch has ended.</summary>
    public DateTime? ResumeTime { get; init; }

    /// <summary>Since when it is paused, UTC; null when it is not.</summary>
    public DateTime? PausedTime { get; init; }

    /// <summary>How long it was paused before, in milliseconds.</summary>
    public long PausedMilliseconds { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>The name of who created it; null for whoever has none.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When its first batch began, UTC.</summary>
    public DateTime? StartedTime { get; init; }

    /// <summary>When the row was last changed, UTC.</summary>
    public DateTime? UpdatedTime { get; init; }

    /// <summary>When it ended, UTC; null while it has not.</summary>
    public DateTime? EndedTime { get; init; }

    /// <summary>Counts the states of the row from 1: what was decided of another state than the present one does not count.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>Those that have not ended, for EF Core: the opposite of <see cref="IsEnded"/>.</summary>
    public static Expression<Func<Rollout, bool>> IsOpen { get; } = rollout => rollout.Status == RolloutStatus.InProgress || rollout.Status == RolloutStatus.Paused;

    /// <summary>True when nothing more is begun.</summary>
    public bool IsEnded => Status is not (RolloutStatus.InProgress or RolloutStatus.Paused);

    /// <summary>How many servers have come to their end.</summary>
    public long Done => Complete + Failed + Skipped;

    /// <summary>How many servers may fail before it stops; null for any number. A percentage is of all servers, rounded down.</summary>
    public long? FailureLimit => MaxFailurePercent is { } percent ? Total * percent / 100 : MaxFailures;
}

/// <summary>The words that say how a rollout goes. They are stored and sent exactly so.</summary>
public static class RolloutStatus
{
    /// <summary>It goes on.</summary>
    public const string InProgress = "IN_PROGRESS";

    /// <summary>Nothing more is begun until a person goes on; what runs goes on.</summary>
    public const string Paused = "PAUSED";

    /// <summary>A person has ended it.</summary>
    public const string Aborted = "ABORTED";

    /// <summary>No server failed.</summary>
    public const string Complete = "COMPLETE";

    /// <summary>All servers are at their end, and some failed.</summary>
    public const string CompleteWithFailures = "COMPLETE_WITH_FAILURES";

    /// <summary>Too many servers failed.</summary>
    public const string Failed = "FAILED";

    /// <summary>Those of rollouts that have not ended, as a condition of the column <c>status</c> in SQL: <see cref="Rollout.IsOpen"/> for the engines.</summary>
    public const string AreOpen = $"IN ('{InProgress}', '{Paused}')";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [InProgress, Paused, Aborted, Complete, CompleteWithFailures, Failed];
}
