using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Webhooks;

/// <summary>The webhooks of a project, for admins.</summary>
public static class WebhookEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapWebhooks(this RouteGroupBuilder project)
    {
        var webhooks = project.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapPost("/", Create).Requires(Permission.Administer("webhooks:create")).WithName("createWebhook");
        webhooks.MapGet("/", List).Requires(Permission.Administer("webhooks:index")).WithName("listWebhooks");
        webhooks.MapGet("/{webhook_id}", Show).Requires(Permission.Administer("webhooks:show")).WithName("showWebhook");
        webhooks.MapPut("/{webhook_id}", Update).Requires(Permission.Administer("webhooks:update")).WithName("updateWebhook");
        webhooks.MapDelete("/{webhook_id}", Delete).Requires(Permission.Administer("webhooks:delete")).WithName("deleteWebhook");
        webhooks.MapPost("/{webhook_id}/rotate", Rotate).Requires(Permission.Administer("webhooks:update")).WithName("rotateWebhookSecret");
        webhooks.MapDeliveries();
    }

    /// <summary>Create a webhook</summary>
    /// <remarks>
    /// What happens from now on is sent to its URL with POST, signed as the specification Standard Webhooks says, at least once and in order for each deployment. The secret is in
    /// this answer and nowhere else.
    /// </remarks>
    /// <response code="200">The webhook, with its secret.</response>
    /// <response code="403">Or the project may have no more: the message says of what.</response>
    private static async Task<OkJson<WebhookEnvelope>> Create(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, CreateWebhook body, WebhookStore webhooks, ProjectQuotas quotas)
    {
        using var room = await quotas.HoldAsync(projectId, new() { Webhooks = 1 }, http.RequestAborted);
        var created = await webhooks.CreateAsync(projectId, body, Actor.Of(http));
        room.Keep();
        return OkJson.Of(new WebhookEnvelope(await webhooks.ShowAsync(created, WebhookSignature.Text(created.Secret))));
    }

    /// <summary>List webhooks</summary>
    /// <remarks>Oldest first, without their secrets.</remarks>
    /// <response code="200">The webhooks of the project.</response>
    private static async Task<PartsResult<WebhookList>> List([FromRoute(Name = "project_id")] string projectId, WebhookStore webhooks)
    {
        var list = await webhooks.ListAsync(projectId);
        return new(async (answer, json) =>
        {
            answer.Json.WriteStartObject();
            answer.Json.WriteStartArray("webhooks");
            foreach (var webhook in list)
            {
                json.Write(answer.Json, webhook);
                if (!await answer.NextAsync())
                {
                    return;
                }
            }

            answer.Json.WriteEndArray();
            answer.Json.WriteEndObject();
        });
    }

    /// <summary>Show a webhook</summary>
    /// <response code="200">The webhook, without its secret.</response>
    /// <response code="404">The project has no such webhook.</response>
    private static async Task<Results<OkJson<WebhookEnvelope>, Fault>> Show(
        [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "webhook_id")] string webhookId, WebhookStore webhooks) =>
        await webhooks.FindAsync(projectId, webhookId) is { } webhook ? OkJson.Of(new WebhookEnvelope(await webhooks.ShowAsync(webhook))) : NotFound(webhookId);

    /// <summary>Change a webhook</summary>
    /// <remarks>
    /// What the body does not name stays as it is. One that is turned off, by a person or by the service, forgets nothing: turned on again, it goes on where it was.
    /// </remarks>
    /// <response code="200">The webhook, without its secret.</response>
    /// <response code="404">The project has no such webhook.</response>
    private static async Task<Results<OkJson<WebhookEnvelope>, Fault>> Update(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "webhook_id")] string webhookId, UpdateWebhook body, WebhookStore webhooks) =>
        await webhooks.UpdateAsync(projectId, webhookId, body, Actor.Of(http)) is { } webhook ? OkJson.Of(new WebhookEnvelope(await webhooks.ShowAsync(webhook))) : NotFound(webhookId);

    /// <summary>Delete a webhook</summary>
    /// <remarks>With everything that was still to be sent, and the log of its deliveries.</remarks>
    /// <response code="204">The webhook is gone.</response>
    /// <response code="404">The project has no such webhook.</response>
    private static async Task<Results<NoContent, Fault>> Delete(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "webhook_id")] string webhookId, WebhookStore webhooks) =>
        await webhooks.DeleteAsync(projectId, webhookId, Actor.Of(http)) ? TypedResults.NoContent() : NotFound(webhookId);

    /// <summary>Give a webhook another secret</summary>
    /// <remarks>For a day the old one signs, too: then the header has two signatures. The new one is in this answer and nowhere else. A body is ignored.</remarks>
    /// <response code="200">The webhook, with its new secret.</response>
    /// <response code="404">The project has no such webhook.</response>
    private static async Task<Results<OkJson<WebhookEnvelope>, Fault>> Rotate(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "webhook_id")] string webhookId, WebhookStore webhooks) =>
        await webhooks.RotateAsync(projectId, webhookId, Actor.Of(http)) is { } webhook
            ? OkJson.Of(new WebhookEnvelope(await webhooks.ShowAsync(webhook, WebhookSignature.Text(webhook.Secret))))
            : NotFound(webhookId);

    /// <summary>404 of a webhook.</summary>
    internal static Fault NotFound(string webhookId) => Fault.NotFound($"Webhook with id {webhookId} not found");
}
