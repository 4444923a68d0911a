namespace DeploymentService.Storage.Model;

/// <summary>
/// A row of <c>deployment_events</c>, the log: one thing that happened, nearly always to a deployment. Rows are added in the transaction of the change itself and never
/// changed. Whoever follows the log finds in it, and in the deployments as they are, everything that he needs.
/// </summary>
public sealed record DeploymentEvent
{
    /// <summary>The longest reason that is kept, in characters.</summary>
    public const int LongestReason = 1000;

    /// <summary>The primary key: the order in which things happened, over all projects. There may be gaps for a project, and never a step back.</summary>
    public required long Sequence { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>
    /// What it is about: null for a deployment, and otherwise a word such as <c>rollout</c> or <c>token</c>. Then <see cref="DeploymentNumber"/> is 0,
    /// <see cref="DeploymentId"/> the id of that thing, <see cref="ServerId"/> empty and <see cref="Kind"/> a word of its own. Only of a server
    /// (<see cref="EventSubject.Server"/>) the id is in <see cref="ServerId"/>, so that a stream of that server has it.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>The deployment's <see cref="SoftwareDeployment.Sequence"/>: its history is found by it, in an index of two numbers.</summary>
    public required long DeploymentNumber { get; init; }

    /// <summary>The UUID of the deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The server that the deployment is for.</summary>
    public required string ServerId { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>One of <see cref="EventKind.All"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Which execution of the deployment it was.</summary>
    public required long Execution { get; init; }

    /// <summary>The status before; null for a deployment that was not there.</summary>
    public string? StatusFrom { get; init; }

    /// <summary>The status after; null for a deployment that is gone.</summary>
    public string? StatusTo { get; init; }

    /// <summary>Why, for people; at most <see cref="LongestReason"/> characters.</summary>
    public string? Reason { get; init; }

    /// <summary>True when it said again what was known already.</summary>
    public bool Repeated { get; init; }

    /// <summary>True when the server itself said it, so that it was heard of then.</summary>
    public bool IsReport { get; init; }

    /// <summary>The name of the token with which it was done; null for who has none.</summary>
    public string? ActorName { get; init; }

    /// <summary>The role in which it was done.</summary>
    public required string ActorRole { get; init; }

    /// <summary>The request that it came with; null without one.</summary>
    public string? RequestId { get; init; }

    /// <summary>A reason that is short enough to be kept.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="longest">The most characters, at least 2.</param>
    public static string? Shorten(string? reason, int longest = LongestReason)
    {
        if (reason is null || reason.Length <= longest)
        {
            return reason;
        }

        // Not through the middle of an emoji.
        var end = char.IsHighSurrogate(reason[longest - 2]) ? longest - 2 : longest - 1;
        return reason[..end] + "…";
    }
}
