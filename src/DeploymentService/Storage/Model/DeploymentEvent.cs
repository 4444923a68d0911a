using DeploymentService.Events;

namespace DeploymentService.Storage.Model;

/// <summary>A row of <c>deployment_events</c>: one thing that happened to a deployment. Rows are added in the transaction of the change itself and never changed.</summary>
public sealed record DeploymentEvent
{
    /// <summary>The longest reason that is kept, in characters.</summary>
    public const int LongestReason = 1000;

    /// <summary>The primary key: the order in which things happened, over all projects. There may be gaps for a project, and never a step back.</summary>
    public required long Sequence { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

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

    /// <summary><see cref="Actor.Name"/>.</summary>
    public string? ActorName { get; init; }

    /// <summary><see cref="Actor.Role"/>.</summary>
    public required string ActorRole { get; init; }

    /// <summary><see cref="Actor.RequestId"/>.</summary>
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
