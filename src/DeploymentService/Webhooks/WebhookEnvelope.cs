using System.Text.Json.Serialization;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>A webhook. Every key but <c>secret</c> is always there.</summary>
public sealed record WebhookView
{
    /// <summary>The UUID of the webhook.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Where deliveries go.</summary>
    public required string Url { get; init; }

    /// <summary>The types of events that are delivered; empty for all.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Of these, only those that fit all filters.</summary>
    public required WebhookFiltersView Filters { get; init; }

    /// <summary>False while nothing is delivered.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Why the service has turned it off; null when it has not.</summary>
    public required string? DisabledReason { get; init; }

    /// <summary>Since when every attempt has failed; null when the last one did not.</summary>
    public required DateTime? FailingSince { get; init; }

    /// <summary>When something was last sent; null for never.</summary>
    public required DateTime? LastAttemptTime { get; init; }

    /// <summary>The HTTP status of the last answer; null when there was none.</summary>
    public required long? LastAnswerStatus { get; init; }

    /// <summary>What was wrong with the last attempt; null when nothing was.</summary>
    public required string? LastError { get; init; }

    /// <summary>How many deliveries are still to be sent; not more than 1,000 and some, beyond which the log keeps them.</summary>
    public required long Pending { get; init; }

    /// <summary>When that happened which waits for longest; null when nothing waits.</summary>
    public required DateTime? OldestPendingTime { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>When people last changed it; null for never.</summary>
    public required DateTime? UpdatedTime { get; init; }

    /// <summary>The name of who created it.</summary>
    public required string? CreatedBy { get; init; }

    /// <summary>The secret that deliveries are signed with: in the answer that makes it, and nowhere else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>What the wire shows of a webhook.</summary>
    internal static WebhookView Of(Webhook webhook, WebhookStanding? standing, string? secret = null) => new()
    {
        Id = webhook.Id,
        Name = webhook.Name,
        Url = webhook.Url,
        Events = webhook.Events?.Split(',') ?? [],
        Filters = new(webhook.ConfigName, webhook.ServerId, webhook.Status),
        Enabled = webhook.Enabled,
        DisabledReason = webhook.DisabledReason,
        FailingSince = webhook.FailingSince,
        LastAttemptTime = webhook.LastTime,
        LastAnswerStatus = webhook.LastStatus,
        LastError = webhook.LastError,
        Pending = standing?.Pending ?? 0,
        OldestPendingTime = standing?.Oldest,
        CreationTime = webhook.CreationTime,
        UpdatedTime = webhook.UpdatedTime,
        CreatedBy = webhook.CreatedBy,
        Secret = secret,
    };
}

/// <summary>The filters of a webhook. Every key is always there, null for none.</summary>
/// <param name="ConfigName">Only events of deployments of a config with this name.</param>
/// <param name="ServerId">Only events of this server and its deployments.</param>
/// <param name="Status">Only events of deployments behind which their status is this.</param>
public sealed record WebhookFiltersView(string? ConfigName, string? ServerId, [property: OneOf(typeof(DeploymentStatus))] string? Status);

/// <summary>The answer with one webhook.</summary>
/// <param name="Webhook">The webhook.</param>
public sealed record WebhookEnvelope(WebhookView Webhook);

/// <summary>The answer with the webhooks of a project.</summary>
/// <param name="Webhooks">The webhooks, oldest first, without their secrets.</param>
public sealed record WebhookList(IReadOnlyList<WebhookView> Webhooks);

/// <summary>A delivery to a webhook, with its last attempt. Every key is always there.</summary>
public sealed record DeliveryView
{
    /// <summary>Its id, as in the header <c>webhook-id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it tells of, for example <c>deployment.failed</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The place in the order of all events of what it tells of.</summary>
    public required long Sequence { get; init; }

    /// <summary>The deployment, the rollout or the server that it is about; null for none.</summary>
    public required string? SubjectId { get; init; }

    /// <summary>When that happened.</summary>
    public required DateTime EventTime { get; init; }

    /// <summary>What has become of it.</summary>
    [OneOf(typeof(DeliveryStatus))]
    public required string Status { get; init; }

    /// <summary>How often it was sent.</summary>
    public required long Attempts { get; init; }

    /// <summary>When it was last sent; null for never.</summary>
    public required DateTime? AttemptTime { get; init; }

    /// <summary>The HTTP status of the last answer; null when there was none.</summary>
    public required long? AnswerStatus { get; init; }

    /// <summary>How many milliseconds the last attempt took; null before the first.</summary>
    public required long? DurationMilliseconds { get; init; }

    /// <summary>What was wrong with the last attempt; null when nothing was.</summary>
    public required string? Error { get; init; }

    /// <summary>When it is sent next at the earliest; null when it is not.</summary>
    public required DateTime? NextAttemptTime { get; init; }

    /// <summary>What the wire shows of a delivery.</summary>
    internal static DeliveryView Of(WebhookDelivery delivery) => new()
    {
        Id = WebhookMessages.IdOf(delivery.WebhookId, delivery.Number),
        Type = delivery.Type,
        Sequence = delivery.Number,
        SubjectId = delivery.SubjectId.Length == 0 ? null : delivery.SubjectId,
        EventTime = delivery.EventTime,
        Status = DeliveryStatus.All[(int)delivery.State],
        Attempts = delivery.Attempts,
        AttemptTime = delivery.AttemptTime,
        AnswerStatus = delivery.AnswerStatus,
        DurationMilliseconds = delivery.DurationMilliseconds,
        Error = delivery.Error,
        NextAttemptTime = delivery.NextTime,
    };
}

/// <summary>The answer with one delivery.</summary>
/// <param name="Delivery">The delivery.</param>
public sealed record DeliveryEnvelope(DeliveryView Delivery);

/// <summary>The answer with deliveries.</summary>
/// <param name="Deliveries">The deliveries, newest first.</param>
public sealed record DeliveryList(IReadOnlyList<DeliveryView> Deliveries)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? DeliveriesLinks { get; init; }
}

/// <summary>What can have become of a delivery, in the order of <see cref="DeliveryState"/>.</summary>
public static class DeliveryStatus
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["pending", "delivered", "given_up"];
}
