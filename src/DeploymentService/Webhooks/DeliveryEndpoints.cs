using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Webhooks;

/// <summary>What was delivered to a webhook, and sending something now.</summary>
public static class DeliveryEndpoints
{
    /// <summary>409: nothing is sent while the webhook is off.</summary>
    internal static Fault IsOff { get; } = Fault.Conflict("The webhook is off: turn it on first with PUT and {\"enabled\": true}.");

    /// <summary>409: of pings one at a time.</summary>
    internal static Fault IsWaiting(string deliveryId) => Fault.Conflict($"A ping of the webhook is still to be delivered: POST deliveries/{deliveryId}/redeliver sends it now.");

    /// <summary>409: the receiver has it.</summary>
    internal static Fault IsDelivered { get; } = Fault.Conflict("The receiver has this delivery already: send {\"again\": true} to deliver it once more.");

    /// <summary>Maps the routes.</summary>
    internal static void MapDeliveries(this RouteGroupBuilder webhooks)
    {
        webhooks.MapPost("/{webhook_id}/test", Test).Requires(Permission.Administer("webhooks:test")).WithName("testWebhook");
        webhooks.MapGet("/{webhook_id}/deliveries", List).Requires(Permission.Administer("webhooks:deliveries")).WithName("listWebhookDeliveries");
        webhooks.MapPost("/{webhook_id}/deliveries/{delivery_id}/redeliver", Send).Requires(Permission.Administer("webhooks:redeliver")).WithName("redeliverWebhook");
    }

    /// <summary>Test a webhook</summary>
    /// <remarks>Sends a message of the type `webhook.ping`, past everything that waits. What became of it, the list of deliveries says. A body is ignored.</remarks>
    /// <response code="200">The delivery, which is about to be sent.</response>
    /// <response code="404">The project has no such webhook.</response>
    /// <response code="409">The webhook is off, or the ping before is still to be delivered.</response>
    private static async Task<Results<OkJson<DeliveryEnvelope>, Fault>> Test(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "webhook_id")] string webhookId, WebhookStore webhooks) =>
        Answer(await webhooks.TestAsync(projectId, webhookId, Actor.Of(http)), webhookId, deliveryId: "");

    /// <summary>List the deliveries of a webhook</summary>
    /// <remarks>Newest first, each with its last attempt: what is still to be sent, and of what is at its end the latest 1,000.</remarks>
    /// <response code="200">The deliveries, with a link to the next page where `limit` cut the list.</response>
    /// <response code="404">The project has no such webhook.</response>
    private static async Task<Results<PagedResult<DeliveryList, DeliveryView>, Fault>> List(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "webhook_id")] string webhookId,
        Paging paging,
        WebhookStore webhooks,
        HeavyReads heavy)
    {
        if (await webhooks.FindAsync(projectId, webhookId) is not { } webhook)
        {
            return WebhookEndpoints.NotFound(webhookId);
        }

        await heavy.BeginBeyondPageAsync(http, paging);
        return new PagedResult<DeliveryList, DeliveryView>("deliveries", ["deliveries_links"], paging, page => webhooks.DeliveriesAsync(webhook, page));
    }

    /// <summary>Send a delivery again</summary>
    /// <remarks>
    /// Now, with the same id and the same body, and past the order of its deployment; one that still waits is sent now, in its order. One that has arrived is sent only with
    /// `again` in the body.
    /// </remarks>
    /// <response code="200">The delivery, which is about to be sent.</response>
    /// <response code="404">The project has no such webhook, or it no such delivery.</response>
    /// <response code="409">The receiver has it already, or the webhook is off.</response>
    private static async Task<Results<OkJson<DeliveryEnvelope>, Fault>> Send(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "webhook_id")] string webhookId,
        [FromRoute(Name = "delivery_id")] string deliveryId,
        RedeliverBody body,
        WebhookStore webhooks) =>
        Answer(
            // A number that no event has: then it is the webhook that is missing, or the delivery.
            await webhooks.RedeliverAsync((projectId, webhookId), WebhookMessages.NumberOf(webhookId, deliveryId) ?? 0, body.Again == true, Actor.Of(http)), webhookId, deliveryId);

    private static Results<OkJson<DeliveryEnvelope>, Fault> Answer(DeliveryResult result, string webhookId, string deliveryId) => result.Outcome switch
    {
        DeliveryOutcome.IsQueued => OkJson.Of(new DeliveryEnvelope(DeliveryView.Of(result.Delivery!))),
        DeliveryOutcome.NoWebhook => WebhookEndpoints.NotFound(webhookId),
        DeliveryOutcome.NoDelivery => Fault.NotFound($"Delivery with id {deliveryId} not found"),
        DeliveryOutcome.IsOff => IsOff,
        DeliveryOutcome.IsWaiting => IsWaiting(DeliveryView.Of(result.Delivery!).Id),
        _ => IsDelivered,
    };
}
