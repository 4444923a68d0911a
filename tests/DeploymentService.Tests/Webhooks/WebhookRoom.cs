using System.Text.Json.Nodes;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Webhooks;

/// <summary>Webhooks of a project, and deployments that something happens to.</summary>
internal static class WebhookRoom
{
    /// <summary>A new webhook.</summary>
    public static async Task<(string Id, string Secret)> WebhookAsync(this Project project, string url, string more = "")
    {
        var webhook = (await project.DoAsync("POST", "webhooks", $$"""{"name": "a-webhook", "url": "{{url}}"{{more}}}"""))["webhook"]!;
        return (webhook["id"]!.GetValue<string>(), webhook["secret"]!.GetValue<string>());
    }

    /// <summary>A webhook as it is.</summary>
    public static async Task<JsonNode> ShowWebhookAsync(this Project project, string id) => (await project.DoAsync("GET", "webhooks/" + id))["webhook"]!;

    /// <summary>The deliveries of a webhook, newest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(this Project project, string id) =>
        [.. (await project.DoAsync("GET", $"webhooks/{id}/deliveries"))["deliveries"]!.AsArray().Select(delivery => delivery!)];

    /// <summary>A webhook when it is as a test wants it.</summary>
    public static Task<JsonNode> UntilWebhookAsync(this Project project, string id, Func<JsonNode, bool> isWanted, Action? meanwhile = null) =>
        Until.WantedAsync(() => project.ShowWebhookAsync(id), isWanted, webhook => webhook.ToJsonString(), meanwhile);

    /// <summary>Waits until its last attempt has failed; as it is then.</summary>
    public static Task<JsonNode> UntilFailingAsync(this Project project, string id) => project.UntilWebhookAsync(id, webhook => webhook["failing_since"] is not null);

    /// <summary>Waits until nothing waits for a webhook any more, and so many deliveries have come to their end.</summary>
    public static Task UntilDeliveredAsync(this Project project, string id, int count, Action? meanwhile = null) => Until.TrueAsync(
        async () => (await project.DeliveriesAsync(id)) is var all && all.Count >= count && all.All(delivery => delivery.Status() != "pending"), () => "not delivered", meanwhile);

    /// <summary>Lets a webhook fail for days, with something to be sent on each, until it is off; as it is then.</summary>
    public static async Task<JsonNode> UntilOffAsync(this Project project, string id, TimedApp timed)
    {
        var webhook = await project.ShowWebhookAsync(id);
        for (var days = 0; webhook["enabled"]!.GetValue<bool>(); days++)
        {
            Assert.InRange(days, 0, 10);
            var before = webhook["last_attempt_time"]?.GetValue<string>();
            timed.Pass(22 * 3600);
            await project.DeploymentAsync();
            webhook = await project.UntilWebhookAsync(id, now => !now["enabled"]!.GetValue<bool>() || now["last_attempt_time"]?.GetValue<string>() != before);
        }

        return webhook;
    }

    public static string Status(this JsonNode delivery) => delivery["status"]!.GetValue<string>();

    /// <summary>Sets the status of a deployment.</summary>
    public static Task ReportAsync(this Project project, string deploymentId, string status) => project.PutAsync(deploymentId, $$"""{"status": "{{status}}"}""");
}
