using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Idempotency;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>What each call leaves in the history of its deployment.</summary>
public sealed class HistoryTests
{
    private const string Outputs = """{"deploy_status_code": 0, "deploy_stdout": "done"}""";

    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_creation_says_everything_about_itself()
    {
        var created = await CreateAsync();
        var deployment = created.Json["software_deployment"]!;

        var evt = Assert.Single(await _project.HistoryAsync(deployment["id"]!.GetValue<string>()));

        Assert.Equal(Histories.Keys, evt.AsObject().Select(member => member.Key));
        Assert.True(evt.Sequence() > 0);
        Assert.Equal(
            $$$"""
            {"time":{{{deployment["creation_time"]!.ToJsonString()}}},"deployment_id":"{{{deployment["id"]}}}","server_id":"a-server","event":"created","execution":1,
            "status_from":null,"status_to":"IN_PROGRESS","reason":"Deploy data available","repeated":false,
            "who":{"name":"member-of-a-test","role":"member"},"request_id":"{{{created.Headers["x-openstack-request-id"]}}}"}
            """.ReplaceLineEndings(""),
            Without(evt, "sequence").ToJsonString());
    }

    [Theory]
    [InlineData("""{"name": "a"}""")]
    [InlineData("""{"name": "a", "group": null}""")]
    [InlineData("""{"name": "a", "group": ""}""")]
    public async Task A_config_that_agents_do_not_run_is_skipped(string config)
    {
        var created = await CreateAsync(await _project.ConfigAsync(config));

        var events = await _project.HistoryAsync(Id(created));

        Assert.Equal(["created 1 ->IN_PROGRESS member", "skipped 1 IN_PROGRESS>IN_PROGRESS member"], events.Select(Histories.Line));
        Assert.Equal("The config has no group: agents do not run it.", events[1].Reason());
        Assert.Equal(created.Headers["x-openstack-request-id"], events[1]["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task And_so_is_every_execution_of_one()
    {
        var id = Id(await CreateAsync(await _project.ConfigAsync()));
        var ungrouped = await _project.ConfigAsync("""{"name": "a"}""");

        await _project.UpdateAsync(id, $$"""{"config_id": "{{ungrouped}}"}""");
        await _project.UpdateAsync(id, """{"status_reason": "half of it"}""");
        await _project.SendAsync("POST", $"software_deployments/{id}/run");

        Assert.Equal(
            [
                "created 1 ->IN_PROGRESS member",
                "update 2 IN_PROGRESS>IN_PROGRESS member", "skipped 2 IN_PROGRESS>IN_PROGRESS member",
                "update 2 IN_PROGRESS>IN_PROGRESS member",
                "run 3 IN_PROGRESS>IN_PROGRESS member", "skipped 3 IN_PROGRESS>IN_PROGRESS member",
            ],
            await _project.LinesAsync(id));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_under_its_key_creates_no_second_event()
    {
        var body = $$"""{"config_id": "{{await _project.ConfigAsync()}}", "server_id": "a-server"}""";
        var first = await CreateWithKeyAsync(body);

        Assert.Equal(first.Text, (await CreateWithKeyAsync(body)).Text);

        Assert.Equal(["created 1 ->IN_PROGRESS member"], await _project.LinesAsync(Id(first)));
    }

    [Theory]
    [InlineData("member", "member-of-a-test")]
    [InlineData("agent", "agent-of-a-test")]
    [InlineData("admin", "admin-of-a-test")]
    public async Task An_update_says_from_where_to_where_why_who_and_by_which_request(string role, string name)
    {
        var id = await _project.DeploymentAsync();
        var token = await _project.TokenAsync(role, role == "agent" ? "a-server" : null);

        var failed = await _project.UpdateAsync(id, """{"status": "FAILED", "status_reason": "no room", "output_values": {"password": "s3cret"}}""", token);
        await _project.UpdateAsync(id, """{"status": "COMPLETE", "status_reason": "made room"}""", token);

        var answer = await _project.SendAsync("GET", $"software_deployments/{id}/events");
        var events = answer.Events();
        Assert.Equal(
            ["created 1 ->IN_PROGRESS member", $"update 1 IN_PROGRESS>FAILED {role}", $"update 1 FAILED>COMPLETE {role}"], events.Select(Histories.Line));
        Assert.Equal(["no room", "made room"], events.Skip(1).Select(Histories.Reason));
        Assert.Equal(name, events[1]["who"]!["name"]!.GetValue<string>());
        Assert.Equal(failed.Headers["x-openstack-request-id"], events[1]["request_id"]!.GetValue<string>());
        Assert.Equal(failed.Json["software_deployment"]!["updated_time"]!.GetValue<string>(), events[1]["time"]!.GetValue<string>());
        Assert.DoesNotContain(token, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status": "COMPLETE", "status_reason": "done", "output_values": {"a": 1.0}, "action": "UPDATE"}""")]
    [InlineData("""{"status": "COMPLETE"}""")]
    [InlineData("""{"status_reason": "é😀"}""")]
    [InlineData("""{"output_values": {"a": 1}}""")]
    [InlineData("""{"input_values": {"a": 1}, "output_values": {}, "status_reason": ""}""")]
    public async Task The_same_report_again_is_an_event_and_no_new_state(string body)
    {
        var id = await _project.DeploymentAsync();
        var first = await _project.UpdateAsync(id, body);
        var second = await _project.UpdateAsync(id, body);
        await _project.UpdateAsync(id, """{"status": "FAILED"}""");

        var events = await _project.HistoryAsync(id);

        Assert.Equal([false, false, true, false], events.Select(evt => evt["repeated"]!.GetValue<bool>()));
        Assert.Equal(events[2]["status_from"]?.ToString(), events[2]["status_to"]?.ToString());
        Assert.Equal(Without(first.Json["software_deployment"]!, "updated_time").ToJsonString(), Without(second.Json["software_deployment"]!, "updated_time").ToJsonString());
    }

    [Fact]
    public async Task An_update_without_anything_in_it_repeats_nothing()
    {
        var id = await _project.DeploymentAsync();

        await _project.UpdateAsync(id, "{}");

        Assert.Equal(["created 1 ->IN_PROGRESS member", "update 1 IN_PROGRESS>IN_PROGRESS member"], await _project.LinesAsync(id));
    }

    [Fact]
    public async Task The_status_before_is_that_of_the_event_before_however_many_write_at_once()
    {
        var id = await _project.DeploymentAsync();
        string[] words = ["IN_PROGRESS", "COMPLETE", "FAILED"];

        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => _project.UpdateAsync(id, $$"""{"status": "{{words[number % 3]}}", "status_reason": "{{number}}"}""")));

        var events = await _project.HistoryAsync(id);
        Assert.Equal(61, events.Count);
        Assert.Equal(events.SkipLast(1).Select(evt => $"{evt["status_to"]}"), events.Skip(1).Select(evt => $"{evt["status_from"]}"));
        var shown = (await _project.SendAsync("GET", $"software_deployments/{id}")).Json["software_deployment"]!;
        Assert.Equal($"{shown["status"]} {shown["status_reason"]}", $"{events[^1]["status_to"]} {events[^1]["reason"]}");
    }

    [Fact]
    public async Task Signals_of_the_secret_url_are_the_agents()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());

        var signal = await agent.SendAsync("PUT", url, Outputs);
        await agent.SendAsync("POST", url, Outputs);
        await agent.SendAsync("PUT", url, """{"deploy_status_code": 1}""");
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await agent.SendAsync("PUT", url, """{"deploy_status_code": 2}""");
        await agent.SignalAsync("""{"deploy_status_code": 3}""");

        var events = await _project.HistoryAsync(id);
        Assert.Equal(
            [
                "created 1 ->IN_PROGRESS member", "fetched 1 IN_PROGRESS>IN_PROGRESS agent", "signal 1 IN_PROGRESS>COMPLETE agent",
                "signal 1 COMPLETE>COMPLETE repeated agent", "late 1 COMPLETE>COMPLETE agent", "run 2 COMPLETE>IN_PROGRESS member",
                "late 1 IN_PROGRESS>IN_PROGRESS agent", "fetched 2 IN_PROGRESS>IN_PROGRESS agent", "signal 2 IN_PROGRESS>FAILED agent",
            ],
            events.Select(Histories.Line));
        Assert.Equal("Outputs received", events[2].Reason());
        Assert.Equal("The same report again.", events[3].Reason());
        Assert.Equal("The deployment was at its end already: the report changed nothing.", events[4].Reason());
        Assert.Equal("Deploy data available", events[5].Reason());
        Assert.Equal("It was about an older execution, and changed nothing.", events[6].Reason());
        Assert.Equal("deploy_status_code : Deployment exited with non-zero status code: 3", events[8].Reason());
        Assert.Null(events[2]["who"]!["name"]);
        Assert.Equal(signal.Headers["x-openstack-request-id"], events[2]["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whoever_has_a_secret_url_is_the_agent_whatever_token_comes_with_it()
    {
        var id = await _project.DeploymentAsync();
        var url = Agent.SignalUrl(await (await Agent.OfAsync(_project)).EntryAsync());
        foreach (var body in new[] { "[]", "{}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StringContent(body) };
            request.Headers.Add("X-Auth-Token", await ServiceApp.NewProject().MemberTokenAsync());
            await _project.App.SendAsync(request);
        }

        var events = await _project.HistoryAsync(id);

        Assert.Equal(["created", "fetched", "refused", "signal"], events.Select(Histories.Kind));
        Assert.All(events.Skip(1), evt => Assert.Equal("""{"name":null,"role":"agent"}""", evt["who"]!.ToJsonString()));
    }

    [Fact]
    public async Task Signals_with_a_token_are_the_tokens()
    {
        var id = await _project.DeploymentAsync();
        var agent = await _project.TokenAsync("agent", "a-server");

        var signal = await _project.SendAsync("POST", $"software_deployments/{id}/signal", Outputs, agent);
        await _project.SendAsync("POST", $"software_deployments/{id}/signal", Outputs);
        await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}", agent);

        var events = await _project.HistoryAsync(id);
        Assert.Equal(
            [
                "created 1 ->IN_PROGRESS member", "signal 1 IN_PROGRESS>COMPLETE agent", "signal 1 COMPLETE>COMPLETE repeated member", "late 1 COMPLETE>COMPLETE agent",
            ],
            events.Select(Histories.Line));
        Assert.Equal("agent-of-a-test", events[1]["who"]!["name"]!.GetValue<string>());
        Assert.Equal(signal.Headers["x-openstack-request-id"], events[1]["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_change_of_what_is_to_be_run_begins_the_next_execution_in_the_history_too()
    {
        var id = await _project.DeploymentAsync();

        await _project.UpdateAsync(id, """{"input_values": {"a": 1}}""");
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        Assert.Equal(
            ["created 1 ->IN_PROGRESS member", "update 2 IN_PROGRESS>IN_PROGRESS member", "update 2 IN_PROGRESS>COMPLETE member"], await _project.LinesAsync(id));
    }

    [Fact]
    public async Task Another_config_is_nothing_that_was_said_before()
    {
        var id = await _project.DeploymentAsync();
        var config = $$"""{"config_id": "{{await _project.ConfigAsync()}}"}""";

        await _project.UpdateAsync(id, config);
        await _project.UpdateAsync(id, config);

        Assert.Equal(
            ["created 1 ->IN_PROGRESS member", "update 2 IN_PROGRESS>IN_PROGRESS member", "update 2 IN_PROGRESS>IN_PROGRESS repeated member"],
            await _project.LinesAsync(id));
    }

    [Fact]
    public async Task A_deletion_is_the_last_event_and_the_history_stays()
    {
        var id = await _project.DeploymentAsync();
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        var deleted = await _project.SendAsync("DELETE", $"software_deployments/{id}");

        Assert.Equal(204, deleted.Status);
        var events = await _project.HistoryAsync(id);
        Assert.Equal(["created 1 ->IN_PROGRESS member", "update 1 IN_PROGRESS>COMPLETE member", "deleted 1 COMPLETE>- member"], events.Select(Histories.Line));
        Assert.Null(events[2].Reason());
        Assert.Equal(deleted.Headers["x-openstack-request-id"], events[2]["request_id"]!.GetValue<string>());
        (await _project.SendAsync("GET", $"software_deployments/{id}")).AssertRefused(404);
    }

    [Fact]
    public async Task What_changes_nothing_leaves_nothing()
    {
        var id = await _project.DeploymentAsync();
        var foreign = await _project.TokenAsync("agent", "another-server");

        (await _project.SendAsync("PUT", $"software_deployments/{id}", "{}", await _project.TokenAsync("reader"))).AssertRefused(403);
        (await _project.SendAsync("PUT", $"software_deployments/{id}", "{}", foreign)).AssertRefused(403);
        (await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}", foreign)).AssertRefused(403);
        (await _project.SendAsync("PUT", $"software_deployments/{id}", "{}", "nobody")).AssertRefused(401);
        (await _project.SendAsync("DELETE", $"software_deployments/{id}", token: foreign)).AssertRefused(403);
        (await SendIfMatchAsync("PUT", id)).AssertRefused(412);
        (await SendIfMatchAsync("DELETE", id)).AssertRefused(412);
        (await _project.SendAsync("POST", "software_deployments/unknown/run")).AssertRefused(404);

        Assert.Equal(["created 1 ->IN_PROGRESS member"], await _project.LinesAsync(id));
    }

    [Fact]
    public async Task A_long_reason_is_kept_up_to_its_thousandth_character()
    {
        var id = await _project.DeploymentAsync();
        foreach (var reason in new[] { new string('x', 1000), new string('x', 1001), new string('x', 998) + "😀x" })
        {
            await _project.UpdateAsync(id, $$"""{"status_reason": "{{reason}}"}""");
        }

        var reasons = (await _project.HistoryAsync(id)).Skip(1).Select(Histories.Reason);

        Assert.Equal([new string('x', 1000), new string('x', 999) + "…", new string('x', 998) + "…"], reasons);
    }

    private static string Id(Answer created) => created.Json["software_deployment"]!["id"]!.GetValue<string>();

    private static JsonObject Without(JsonNode node, string key)
    {
        var copy = node.DeepClone().AsObject();
        Assert.True(copy.Remove(key));
        return copy;
    }

    private async Task<Answer> CreateAsync(string? configId = null)
    {
        configId ??= await _project.ConfigAsync();
        var created = await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{configId}}", "server_id": "a-server"}""");
        Assert.Equal(200, created.Status);
        return created;
    }

    private Task<Answer> CreateWithKeyAsync(string body) => _project.PostAsync("a-key", "software_deployments", body);

    private Task<Answer> SendIfMatchAsync(string method, string id) =>
        _project.SendWithAsync(("If-Match", "\"7\""), method, $"software_deployments/{id}", method == "PUT" ? "{}" : null);
}
