using System.Collections.Concurrent;
using System.Globalization;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Webhooks;

/// <summary>Everything arrives: at least once, in order for each deployment, and signed.</summary>
public sealed class DeliveryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_happens_arrives_signed_with_the_event_and_the_deployment_without_secrets()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = ServiceApp.NewProject();
        var (id, secret) = await project.WebhookAsync(receiver.Url);
        var config = await project.ConfigAsync("""{"name": "the-config", "group": "script", "config": "#!/bin/sh"}""");
        var deployment = (await project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server", "input_values": {"password": "s3cret"} }""")).Json["software_deployment"]!["id"]!.GetValue<string>();
        await project.PutAsync(deployment, """{"status": "FAILED", "status_reason": "db_password : s3cret", "output_values": {"result": "s3cret"}}""");

        await Until.TrueAsync(() => receiver.Taken.Count == 2, () => $"{receiver.Taken.Count} came");

        Assert.Equal(["deployment.created", "deployment.failed"], receiver.Taken.Select(received => received.Type));
        Assert.All(receiver.Taken, received => Assert.True(received.IsSignedBy(secret)));
        Assert.All(receiver.Taken, received => Assert.DoesNotContain("s3cret", received.Body, StringComparison.Ordinal));
        var data = receiver.Taken[1].Json["data"]!;
        Assert.Equal(project.Id, data["project_id"]!.GetValue<string>());
        Assert.Equal("IN_PROGRESS", data["event"]!["status_from"]!.GetValue<string>());
        Assert.Equal("FAILED", data["deployment"]!["status"]!.GetValue<string>());
        Assert.Equal("the-config", data["deployment"]!["config_name"]!.GetValue<string>());
        Assert.Equal("a-server", data["deployment"]!["server_id"]!.GetValue<string>());
        Assert.Equal(deployment, receiver.Taken[1].DeploymentId);
        await project.UntilDeliveredAsync(id, 2);
        var log = await project.DeliveriesAsync(id);
        Assert.Equal(receiver.Taken.Select(received => received.Id).Reverse(), log.Select(delivery => delivery["id"]!.GetValue<string>()));
        Assert.All(log, delivery => Assert.Equal((204, 1), (delivery["answer_status"]!.GetValue<int>(), delivery["attempts"]!.GetValue<int>())));
    }

    [Fact]
    public async Task Only_what_fits_the_types_and_filters_is_sent()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = ServiceApp.NewProject();
        await project.WebhookAsync(receiver.Url + "/failures", """, "events": ["deployment.*"], "filters": {"status": "FAILED"}""");
        await project.WebhookAsync(receiver.Url + "/server", """, "filters": {"server_id": "b"}""");
        await project.WebhookAsync(receiver.Url + "/config", """, "filters": {"config_name": "x"}""");
        var config = await project.ConfigAsync("""{"name": "x", "group": "script", "config": "#!/bin/sh"}""");
        var (a, b, c) = (await project.DeploymentAsync("a"), await project.DeploymentAsync("b"), await project.DeploymentAsync("c", config));
        await project.ReportAsync(a, "FAILED");
        await project.ReportAsync(b, "COMPLETE");

        await Until.TrueAsync(() => receiver.Taken.Count >= 4, () => $"{receiver.Taken.Count} came");

        Assert.Equal(
            [(a, "deployment.failed"), (b, "deployment.complete"), (b, "deployment.created"), (c, "deployment.created")],
            receiver.Taken.Select(received => (received.DeploymentId!, received.Type)).OrderBy(received => received.Item1 == a ? 0 : received.Item1 == b ? 1 : 2).ThenBy(received => received.Item2));
    }

    [Fact]
    public async Task A_receiver_that_fails_half_of_the_time_gets_everything_in_order_over_a_restart()
    {
        const int deployments = 8, updates = 6;
        var seen = new ConcurrentDictionary<string, int>();
        // Each message fails at its first attempt, or, of every second deployment, never.
        await using var receiver = await Receiver.StartAsync(received => seen.AddOrUpdate(received.Id, 1, (_, count) => count + 1) == 1 && received.Sequence % 2 == 0 ? 500 : 200);
        string id, projectId;
        using (var before = new TimedApp(_folder.Name))
        {
            var project = before.NewProject();
            projectId = project.Id;
            (id, _) = await project.WebhookAsync(receiver.Url);
            var config = await project.ConfigAsync();
            var all = await Task.WhenAll(Enumerable.Range(0, deployments).Select(server => project.DeploymentAsync($"server-{server}", config)));
            foreach (var status in Enumerable.Range(0, updates).Select(update => update % 2 == 0 ? "FAILED" : "COMPLETE"))
            {
                await Task.WhenAll(all.Select(deployment => project.ReportAsync(deployment, status)));
            }

            await Until.TrueAsync(() => receiver.All.Count > 5, () => "nothing came");
        }

        using var after = new TimedApp(_folder.Name, later: TimeSpan.FromMinutes(1));
        var again = new Project(after.App, projectId);
        await again.UntilDeliveredAsync(id, deployments * (updates + 1), meanwhile: () => after.Pass(2));

        var log = await again.DeliveriesAsync(id);
        Assert.Equal(deployments * (updates + 1), log.Count);
        Assert.All(log, delivery => Assert.Equal("delivered", delivery.Status()));
        Assert.Equal(log.Select(delivery => delivery["id"]!.GetValue<string>()).Order(), receiver.Taken.Select(received => received.Id).Distinct().Order());
        // Whatever came twice, a receiver that leaves doubles out has each deployment's events in their order.
        foreach (var deployment in receiver.Taken.DistinctBy(received => received.Id).GroupBy(received => received.DeploymentId))
        {
            Assert.Equal(deployment.Select(received => received.Sequence).Order(), deployment.Select(received => received.Sequence));
        }

        Assert.All(receiver.All.GroupBy(received => received.Id), attempts => Assert.Single(attempts.Select(attempt => attempt.Body).Distinct()));
    }

    [Fact]
    public async Task A_process_that_is_killed_forgets_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        var (sent, id) = (new List<string>(), "");
        for (var round = 0; round < 2; round++)
        {
            await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Webhooks:AllowedNetworks=127.0.0.0/8"]);
            using var client = await service.ClientAsync();
            if (round == 0)
            {
                id = (await PostAsync(client, "webhooks", $$"""{"name": "a-webhook", "url": "{{receiver.Url}}"}"""))["webhook"]!["id"]!.GetValue<string>();
            }

            var config = (await PostAsync(client, "software_configs", """{"name": "c", "group": "script", "config": "x"}"""))["software_config"]!["id"]!.GetValue<string>();
            foreach (var server in Enumerable.Range(0, 40))
            {
                var deployment = await PostAsync(client, "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "server-{{server}}"}""");
                sent.Add(deployment["software_deployment"]!["id"]!.GetValue<string>());
            }

            await service.KillAsync();
        }

        await using var last = await ServiceProcess.StartedAsync(_folder.Name, ["Webhooks:AllowedNetworks=127.0.0.0/8"]);
        await Until.TrueAsync(() => receiver.Taken.DistinctBy(received => received.Id).Count() >= sent.Count, () => $"{receiver.Taken.Count} of {sent.Count} came");

        Assert.Equal(sent.Order(), receiver.Taken.DistinctBy(received => received.Id).Select(received => received.DeploymentId!).Order());
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_nobody_else_and_no_update()
    {
        var hold = new TaskCompletionSource();
        await using var slow = await Receiver.StartAsync(async _ =>
        {
            await hold.Task;
            return 200;
        });
        await using var fast = await Receiver.StartAsync();
        var project = ServiceApp.NewProject();
        await project.WebhookAsync(slow.Url);
        await project.WebhookAsync(fast.Url);
        var config = await project.ConfigAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 30).Select(server => project.DeploymentAsync($"server-{server}", config)));

        await Until.TrueAsync(() => fast.Taken.Count >= all.Length, () => $"{fast.Taken.Count} came");

        Assert.Empty(slow.Taken);
        hold.SetResult();
    }

    [Fact]
    public async Task With_another_secret_both_sign_and_the_old_one_is_first()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = ServiceApp.NewProject();
        var (id, old) = await project.WebhookAsync(receiver.Url);
        var secret = (await project.DoAsync("POST", $"webhooks/{id}/rotate"))["webhook"]!["secret"]!.GetValue<string>();
        await project.DoAsync("POST", $"webhooks/{id}/test");

        // It may have been on its way before whoever delivers had heard of the new key.
        await project.UntilDeliveredAsync(id, 1);
        await project.DoAsync("POST", $"webhooks/{id}/test");
        await Until.TrueAsync(() => receiver.Taken.Any(received => received.IsSignedBy(secret)), () => "not signed by the new key");

        var received = receiver.Taken.Last(received => received.IsSignedBy(secret));
        Assert.Equal("webhook.ping", received.Type);
        Assert.True(received.IsSignedBy(old));
        Assert.Equal(2, received.Signature.Split(' ').Length);
    }

    [Fact]
    public async Task What_has_arrived_is_sent_again_only_when_that_is_said()
    {
        await using var receiver = await Receiver.StartAsync();
        var project = ServiceApp.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DoAsync("POST", $"webhooks/{id}/test");
        await project.UntilDeliveredAsync(id, 1);
        var delivery = (await project.DeliveriesAsync(id))[0]["id"]!.GetValue<string>();

        Assert.Equal(409, (await project.AdminAsync("POST", $"webhooks/{id}/deliveries/{delivery}/redeliver")).Status);
        Assert.Equal(404, (await project.AdminAsync("POST", $"webhooks/{id}/deliveries/{delivery}0/redeliver")).Status);
        await project.DoAsync("POST", $"webhooks/{id}/deliveries/{delivery}/redeliver", """{"again": true}""");

        await Until.TrueAsync(() => receiver.Taken.Count == 2, () => $"{receiver.Taken.Count} came");
        Assert.Equal(receiver.Taken[0] with { Timestamp = "", Signature = "" }, receiver.Taken[1] with { Timestamp = "", Signature = "" });
        await project.UntilDeliveredAsync(id, 1);
        Assert.Equal(2, (await project.DeliveriesAsync(id))[0]["attempts"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync(_ => 302);
        var project = ServiceApp.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DoAsync("POST", $"webhooks/{id}/test");

        await project.UntilWebhookAsync(id, webhook => webhook["last_answer_status"]?.GetValue<int>() == 302);

        var delivery = Assert.Single(await project.DeliveriesAsync(id));
        Assert.Equal("pending", delivery.Status());
        Assert.Equal("Answered 302: redirects are not followed", delivery["error"]!.GetValue<string>());
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/v1/p/{path}"), UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return System.Text.Json.Nodes.JsonNode.Parse(text)!;
    }
}
