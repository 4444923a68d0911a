using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Webhooks;

/// <summary>What admins do with webhooks.</summary>
public sealed class WebhookEndpointTests
{
    private const string Nowhere = "http://127.0.0.1:1024/";

    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_webhook_is_made_shown_changed_and_deleted_and_each_is_an_event_with_its_actor()
    {
        var (id, secret) = await _project.WebhookAsync(Nowhere, """, "events": ["deployment.failed", "rollout.*"], "filters": {"status": "FAILED", "server_id": "a-server"}""");

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var shown = await _project.ShowWebhookAsync(id);
        Assert.Equal("""["deployment.failed","rollout.*"]""", shown["events"]!.ToJsonString());
        Assert.Equal("""{"config_name":null,"server_id":"a-server","status":"FAILED"}""", shown["filters"]!.ToJsonString());
        Assert.Equal([id], (await _project.DoAsync("GET", "webhooks"))["webhooks"]!.AsArray().Select(webhook => webhook!["id"]!.GetValue<string>()));

        var changed = (await _project.DoAsync("PUT", "webhooks/" + id, """{"name": "another", "events": [], "enabled": false}"""))["webhook"]!;

        Assert.Equal("another", changed["name"]!.GetValue<string>());
        Assert.Equal(Nowhere, changed["url"]!.GetValue<string>());
        Assert.Equal("[]", changed["events"]!.ToJsonString());
        Assert.Equal("FAILED", changed["filters"]!["status"]!.GetValue<string>());
        Assert.False(changed["enabled"]!.GetValue<bool>());
        Assert.Equal(204, (await _project.AdminAsync("DELETE", "webhooks/" + id)).Status);
        Assert.Equal(404, (await _project.AdminAsync("GET", "webhooks/" + id)).Status);
        Assert.Equal(404, (await _project.AdminAsync("GET", $"webhooks/{id}/deliveries")).Status);
        Assert.Equal(
            ["created bootstrap", "updated bootstrap", "deleted bootstrap"],
            ServiceApp.Shared.Database.Query(
                "SELECT kind, actor_name FROM deployment_events WHERE subject = 'webhook' AND deployment_id = @id ORDER BY sequence", row => $"{row.GetString(0)} {row.GetString(1)}", ("id", id)));
    }

    [Fact]
    public async Task A_secret_is_in_the_answer_that_makes_it_and_nowhere_else()
    {
        var (id, first) = await _project.WebhookAsync(Nowhere);
        var second = (await _project.DoAsync("POST", $"webhooks/{id}/rotate"))["webhook"]!["secret"]!.GetValue<string>();
        await _project.DoAsync("POST", $"webhooks/{id}/test");

        Assert.NotEqual(first, second);
        foreach (var path in new[] { "webhooks", "webhooks/" + id, $"webhooks/{id}/deliveries" })
        {
            var text = (await _project.AdminAsync("GET", path)).Text;
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("whsec_", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_project_may_have_so_many_and_no_more()
    {
        await _project.DoAsync("PUT", "quotas", """{"webhooks": 1}""");
        var (id, _) = await _project.WebhookAsync(Nowhere);

        var answer = await _project.AdminAsync("POST", "webhooks", $$"""{"name": "b", "url": "{{Nowhere}}"}""");

        Assert.StartsWith("The quota of webhooks is 1, 1 are used, and this needs 1 more", answer.AssertRefused(403), StringComparison.Ordinal);
        await _project.AdminAsync("DELETE", "webhooks/" + id);
        await _project.WebhookAsync(Nowhere);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var answer = await _project.AdminAsync("POST", "webhooks", """{"url": "http://10.0.0.1/", "event": [], "events": ["deployment.faild"], "filters": {"status": "failed", "server": "a"}}""");

        Assert.Equal(400, answer.Status);
        foreach (var part in new[] { "event: unknown", "events[0]: must be one of deployment.*", "filters.server: unknown", "filters.status: must be one of", "name: is required", "url: leads to 10.0.0.1" })
        {
            Assert.Contains(part, answer.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_admins_of_the_project_have_to_do_with_webhooks()
    {
        var (id, _) = await _project.WebhookAsync(Nowhere);
        var other = ServiceApp.NewProject();

        Assert.Equal(403, (await _project.SendAsync("GET", "webhooks")).Status);
        Assert.Equal(403, (await _project.SendAsync("POST", $"webhooks/{id}/rotate")).Status);
        Assert.Equal(404, (await other.AdminAsync("GET", "webhooks/" + id)).Status);
        Assert.Equal(404, (await other.AdminAsync("POST", $"webhooks/{id}/test")).Status);
        Assert.Equal(404, (await other.AdminAsync("DELETE", "webhooks/" + id)).Status);
    }

    [Fact]
    public async Task Nothing_is_sent_to_one_that_is_off()
    {
        var (id, _) = await _project.WebhookAsync(Nowhere, """, "enabled": false""");

        var answer = await _project.AdminAsync("POST", $"webhooks/{id}/test");

        Assert.Equal(409, answer.Status);
        Assert.Contains("turn it on first", answer.Message, StringComparison.Ordinal);
        Assert.Empty(await _project.DeliveriesAsync(id));
    }
}
