using DeploymentService.Json;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>software_deployments</c>: this config goes to that server, and how it went.</summary>
public sealed record SoftwareDeployment
{
    /// <summary>How far a restore moves revisions ahead of every number that there is, at least.</summary>
    internal const long FarAhead = 1_000_000;

    /// <summary>The project that owns the deployment; first part of the primary key.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The UUID of the deployment; second part of the primary key.</summary>
    public required string Id { get; init; }

    /// <summary>The place in the order of creation, over all projects. Lists are sorted and paged by it.</summary>
    public required long Sequence { get; init; }

    /// <summary>The server that the config goes to; 1 to 255 characters, chosen by the client.</summary>
    public required string ServerId { get; init; }

    /// <summary>The config, of the same project.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The stack action that triggers the deployment, free text; at most 255 characters.</summary>
    public string? Action { get; init; }

    /// <summary>One of <see cref="DeploymentStatus.All"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public string? StatusReason { get; init; }

    /// <summary>A JSON object: the values that the config's inputs get.</summary>
    public JsonText? InputValues { get; init; }

    /// <summary>A JSON object: what the server reported.</summary>
    public JsonText? OutputValues { get; init; }

    /// <summary>Kept for Heat's clients, at most 64 characters; gives nobody access and is never returned.</summary>
    public string? StackUserProjectId { get; init; }

    /// <summary>When the deployment was created, UTC.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>When it was last updated, UTC; null before the first update.</summary>
    public DateTime? UpdatedTime { get; init; }

    /// <summary>Counts from 1 how often the deployment was given to its server to run. An agent runs each number once.</summary>
    public long Execution { get; init; } = 1;

    /// <summary>True when what is to be run has changed since the execution began, and the next one has not begun yet.</summary>
    public bool ExecutionIsStale { get; init; }

    /// <summary>
    /// True when the server may have the present execution: it was fetched or reported on, or it expired. Then it stays in what the agent polls after its end.
    /// </summary>
    public bool ExecutionIsOnServer { get; init; }

    /// <summary>Counts from 1 the states that clients were told: its ETag. What is only known about a deployment, such as a fetch, does not count.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>How long the server may take to report, in seconds; null for as long as it likes.</summary>
    public long? Timeout { get; init; }

    /// <summary>When the patience of its present <see cref="Lateness"/> ends, UTC; null when nothing is waited for.</summary>
    public DateTime? Deadline { get; init; }

    /// <summary>Whether a deadline has passed.</summary>
    public Lateness Lateness { get; init; }

    /// <summary>When the agent first fetched the present execution, UTC; null before it did.</summary>
    public DateTime? FetchedTime { get; init; }

    /// <summary>When the present execution began, UTC: with the deployment, or later.</summary>
    public required DateTime StartedTime { get; init; }

    /// <summary>The name of who began it; null for whoever has none. At most 255 characters.</summary>
    public string? StartedBy { get; init; }

    /// <summary>When it first was complete or failed, UTC; null while it is in progress. Who says so again later does not move it.</summary>
    public DateTime? EndedTime { get; init; }

    /// <summary>The UUID of the rollout that began it; null for none.</summary>
    public string? RolloutId { get; init; }

    /// <summary>True when the outputs are those of an earlier execution: the present one has reported none. An update leaves them there, as in Heat.</summary>
    public bool OutputsAreStale { get; init; }

    /// <summary>The config, where a query asked for it.</summary>
    public SoftwareConfig? Config { get; init; }

    /// <summary>True when it is complete or failed.</summary>
    public bool IsTerminal => Status != DeploymentStatus.InProgress;

    /// <summary>
    /// The number of the next execution. After a restore the revision is far ahead of the execution, and what begins then goes on behind it: before the restore, and after the backup,
    /// the numbers right behind this one may have been run already. (A deployment with a million more reports than executions jumps once, too, which does no harm.)
    /// </summary>
    internal long NextExecution => IsFromBeforeRestore ? Revision + 1 : Execution + 1;

    /// <summary>True when the present execution is from before a restore.</summary>
    internal bool IsFromBeforeRestore => Revision - Execution > FarAhead;

    /// <summary>When the whole timeout will have passed from a time on, UTC; null without a timeout.</summary>
    internal DateTime? DeadlineFrom(DateTime time) => Timeout is { } seconds ? time.AddSeconds(seconds) : null;

    /// <summary>A deployment that was to be created, as it was created before under another id.</summary>
    internal SoftwareDeployment AsCreated(string id, DateTime creationTime) => this with { Id = id, CreationTime = creationTime };
}

/// <summary>How late the report of a deployment is.</summary>
// The numbers are stored: never renumber.
public enum Lateness
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>The timeout has passed; the deployment is still in progress.</summary>
    Overdue = 1,

    /// <summary>It was given up: the deployment is failed. A report that still comes counts.</summary>
    Expired = 2,
}
