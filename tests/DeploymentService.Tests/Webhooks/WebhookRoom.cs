using System.Diagnostics;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Webhooks;

/// <summary>Webhooks of a project, and deployments that something happens to.</summary>
internal static class WebhookRoom
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A request by an admin.</summary>
    public static Task<Answer> AdminAsync(this Project project, string method, string path, string? body = null) => project.SendAsync(method, path, body, ServiceApp.AdminToken);

    /// <summary>A request by an admin that must succeed; its answer.</summary>
    public static async Task<JsonNode> DoAsync(this Project project, string method, string path, string? body = null)
    {
        var answer = await project.AdminAsync(method, path, body);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

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
    public static async Task<JsonNode> UntilWebhookAsync(this Project project, string id, Func<JsonNode, bool> isWanted, Action? meanwhile = null)
    {
        JsonNode webhook = null!;
        await UntilAsync(async () => isWanted(webhook = await project.ShowWebhookAsync(id)), () => webhook.ToJsonString(), meanwhile);
        return webhook;
    }

    /// <summary>Waits until nothing waits for a webhook any more, and so many deliveries have come to their end.</summary>
    public static Task UntilDeliveredAsync(this Project project, string id, int count, Action? meanwhile = null) => UntilAsync(
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

    /// <summary>Waits until something is so.</summary>
    public static Task UntilAsync(Func<bool> isWanted, Func<string> what, Action? meanwhile = null) => UntilAsync(() => Task.FromResult(isWanted()), what, meanwhile);

    /// <summary>Waits until something is so.</summary>
    /// <param name="isWanted">Looks.</param>
    /// <param name="what">What it is instead.</param>
    /// <param name="meanwhile">Is done between two looks, such as letting time pass.</param>
    public static async Task UntilAsync(Func<Task<bool>> isWanted, Func<string> what, Action? meanwhile = null)
    {
        for (var begun = Stopwatch.GetTimestamp(); !await isWanted();)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, what());
            meanwhile?.Invoke();
            await Task.Delay(20);
        }
    }

    /// <summary>Sets the status of a deployment.</summary>
    public static Task ReportAsync(this Project project, string deploymentId, string status) => project.PutAsync(deploymentId, $$"""{"status": "{{status}}"}""");
}
