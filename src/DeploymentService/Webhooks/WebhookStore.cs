using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>Keeps and finds webhooks, and what was delivered to them.</summary>
public sealed class WebhookStore(GroupCommitWriter writer, IDatabaseReader reader, EventLog log, WebhookMessages messages)
{
    private const int ChunkRows = 500;

    /// <summary>A webhook; null when the project has none with that id.</summary>
    public ValueTask<Webhook?> FindAsync(string projectId, string id) => reader.FirstAsync(WebhookQueries.Find, (projectId, id));

    /// <summary>The webhooks of a project, oldest first.</summary>
    public async Task<IReadOnlyList<WebhookView>> ListAsync(string projectId)
    {
        var rows = await reader.ListAsync(WebhookQueries.OfProject, projectId);
        var standings = await StandingsAsync(projectId);
        return rows.ConvertAll(row => WebhookView.Of(row, standings.GetValueOrDefault(row.Id)));
    }

    /// <summary>What is shown of a webhook.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="secret">Its secret, where it is new.</param>
    public async Task<WebhookView> ShowAsync(Webhook webhook, string? secret = null) =>
        WebhookView.Of(webhook, (await StandingsAsync(webhook.ProjectId)).GetValueOrDefault(webhook.Id), secret);

    /// <summary>Makes a webhook.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task<Webhook> CreateAsync(string projectId, CreateWebhook body, Actor actor) => writer.WriteAsync(new InsertWebhook(log, actor, new()
    {
        ProjectId = projectId,
        Id = Guid.NewGuid().ToString(),
        Name = body.Name!,
        Url = body.Url!,
        Events = Join(body.Events),
        ConfigName = body.Filters?.ConfigName,
        ServerId = body.Filters?.ServerId,
        Status = body.Filters?.Status,
        Enabled = body.Enabled ?? true,
        Secret = WebhookSignature.NewKey(),
        CreationTime = default,
        CreatedBy = actor.Name,
        Position = 0,
    }));

    /// <summary>Changes a webhook; null where there is none.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task<Webhook?> UpdateAsync(string projectId, string id, UpdateWebhook body, Actor actor) => writer.WriteAsync(new ChangeWebhook(log, actor, (projectId, id), body));

    /// <summary>Deletes a webhook; false where there is none.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task<bool> DeleteAsync(string projectId, string id, Actor actor) => writer.WriteAsync(new DeleteWebhook(log, actor, (projectId, id)));

    /// <summary>Gives a webhook another secret; null where there is none.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task<Webhook?> RotateAsync(string projectId, string id, Actor actor) => writer.WriteAsync(new RotateSecret(log, actor, (projectId, id), WebhookSignature.NewKey()));

    /// <summary>Sends a ping.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    internal Task<DeliveryResult> TestAsync(string projectId, string id, Actor actor) => writer.WriteAsync(new TestWebhook(log, actor, (projectId, id), messages));

    /// <summary>Sends something again.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    internal Task<DeliveryResult> RedeliverAsync((string ProjectId, string Id) webhook, long number, bool again, Actor actor) =>
        writer.WriteAsync(new Redeliver(log, actor, webhook, number, again));

    /// <summary>What was sent to a webhook and is still to be, newest first. The marker is the id of a delivery; one that is none marks nothing.</summary>
    internal async ValueTask<ListChunk<DeliveryView>> DeliveriesAsync(Webhook webhook, Paging paging)
    {
        var before = paging.Place ?? (paging.Marker is null ? null : WebhookMessages.NumberOf(webhook.Id, paging.Marker)) ?? long.MaxValue;
        var wanted = Math.Min(paging.Limit ?? int.MaxValue, ChunkRows);
        var found = await reader.ListAsync(WebhookQueries.Deliveries, (webhook.ProjectId, webhook.Id, before), wanted + 1);
        var views = found.Take(wanted).Select(DeliveryView.Of).ToList();
        return ListChunk.Of(views, found.Count > wanted, paging, view => view.Id, views.Count > 0 ? found[views.Count - 1].Number : 0);
    }

    /// <summary>Words as they are stored; null for none.</summary>
    internal static string? Join(IReadOnlyList<string>? words) => words is { Count: > 0 } ? string.Join(',', words.Distinct()) : null;

    private async Task<Dictionary<string, WebhookStanding>> StandingsAsync(string projectId) =>
        (await reader.ListAsync(WebhookQueries.Standing, projectId)).ToDictionary(standing => standing.WebhookId);
}
