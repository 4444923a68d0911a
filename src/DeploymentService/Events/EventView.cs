using System.Text.Json.Serialization;
using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>An event. Every key is always there.</summary>
public sealed record EventView
{
    /// <summary>Its place in the order of all events. It grows; numbers that are missing belong to other deployments or projects.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTime Time { get; init; }

    /// <summary>The deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The server that the deployment is for.</summary>
    public required string ServerId { get; init; }

    /// <summary>What happened.</summary>
    [OneOf(typeof(EventKind))]
    public required string Event { get; init; }

    /// <summary>Which execution of the deployment it was.</summary>
    public required long Execution { get; init; }

    /// <summary>The status before; null for a deployment that was not there.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public required string? StatusFrom { get; init; }

    /// <summary>The status after; null for a deployment that is gone.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public required string? StatusTo { get; init; }

    /// <summary>Why, for people.</summary>
    public required string? Reason { get; init; }

    /// <summary>True when it said again what was known already.</summary>
    public required bool Repeated { get; init; }

    /// <summary>Who did it.</summary>
    public required EventActor Who { get; init; }

    /// <summary>The request that it came with, as in the service's log.</summary>
    public required string? RequestId { get; init; }

    /// <summary>What the wire shows of an event.</summary>
    public static EventView Of(DeploymentEvent evt) => new()
    {
        Sequence = evt.Sequence,
        Time = evt.Time,
        DeploymentId = evt.DeploymentId,
        ServerId = evt.ServerId,
        Event = evt.Kind,
        Execution = evt.Execution,
        StatusFrom = evt.StatusFrom,
        StatusTo = evt.StatusTo,
        Reason = evt.Reason,
        Repeated = evt.Repeated,
        Who = new(evt.ActorName, evt.ActorRole),
        RequestId = evt.RequestId,
    };
}

/// <summary>An event of the stream about something other than a deployment. Every key is always there.</summary>
public sealed record SubjectEventView
{
    /// <summary>Its place in the order of all events.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTime Time { get; init; }

    /// <summary>What it is about, for example <c>rollout</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The id of that.</summary>
    public required string Id { get; init; }

    /// <summary>What happened: the subject, a dot, and a word.</summary>
    public required string Event { get; init; }

    /// <summary>The status before; null for what was not there, or has none.</summary>
    [OneOf(typeof(RolloutStatus))]
    public required string? StatusFrom { get; init; }

    /// <summary>The status after; null for what is gone, or has none.</summary>
    [OneOf(typeof(RolloutStatus))]
    public required string? StatusTo { get; init; }

    /// <summary>Why, for people.</summary>
    public required string? Reason { get; init; }

    /// <summary>Who did it.</summary>
    public required EventActor Who { get; init; }

    /// <summary>The request that it came with, as in the service's log.</summary>
    public required string? RequestId { get; init; }

    /// <summary>What the wire shows of an event that has a subject.</summary>
    public static SubjectEventView Of(DeploymentEvent evt) => new()
    {
        Sequence = evt.Sequence,
        Time = evt.Time,
        Subject = evt.Subject!,
        Id = evt.Subject == EventSubject.Server ? evt.ServerId : evt.DeploymentId,
        Event = $"{evt.Subject}.{evt.Kind}",
        StatusFrom = evt.StatusFrom,
        StatusTo = evt.StatusTo,
        Reason = evt.Reason,
        Who = new(evt.ActorName, evt.ActorRole),
        RequestId = evt.RequestId,
    };
}

/// <summary>Who did something.</summary>
/// <param name="Name">The name of the token; null for a signed URL and for the service itself.</param>
/// <param name="Role">The role of the token, or <c>service</c>.</param>
public sealed record EventActor(string? Name, [property: OneOf(typeof(Actor))] string Role);

/// <summary>The answer with events.</summary>
/// <param name="Events">The events, oldest first.</param>
public sealed record EventList(IReadOnlyList<EventView> Events)
{
    /// <summary>The next page, where there are more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? EventsLinks { get; init; }
}

/// <summary>What a follower of the stream may have missed for good.</summary>
/// <param name="From">The first event that may be missing.</param>
/// <param name="To">The last one.</param>
public sealed record EventGap(long From, long To);
