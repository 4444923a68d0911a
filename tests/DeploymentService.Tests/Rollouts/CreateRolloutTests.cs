using DeploymentService.Tests.Idempotency;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Rollouts;

/// <summary>What a rollout is made of, and what is refused.</summary>
public sealed class CreateRolloutTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var answer = await _project.SendAsync("POST", "rollouts", """
            {"config_id": "no-config", "servers": ["a", "", 7], "batch_sizes": [0], "max_failures": -1, "max_failure_percent": 101, "pause_seconds": "x", "timeout": -5, "max_failure": 1}
            """);

        Assert.Equal(400, answer.Status);
        foreach (var fault in new[]
        {
            "name: is required", "config_id: no software config with id no-config", "servers[2]: must be a string", "batch_sizes[0]: must be a whole number from 1 to 100000",
            "max_failures: must be a whole number from 0", "max_failure_percent: must be a whole number from 0 to 100", "max_failure_percent: is there beside max_failures",
            "pause_seconds: must be a whole number", "timeout: must be a whole number of seconds", "max_failure: unknown; a rollout has name,",
        })
        {
            Assert.Contains(fault, answer.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"servers\": []", "servers: is empty: name one server at least")]
    [InlineData("\"servers\": [\"\"]", "servers[0]: must have 1 to 255 printable characters")]
    [InlineData("\"servers\": [\"a\\nb\"]", "servers[0]: must have 1 to 255 printable characters")]
    [InlineData("\"timeout\": 5", "servers: are missing: name them, or give server_filter or retry_of instead")]
    [InlineData("\"servers\": [\"a\"], \"server_filter\": {\"q\": \"a\"}", "servers: give one of servers, server_filter and retry_of")]
    [InlineData("\"server_filter\": {}", "server_filter: is empty: name one filter at least")]
    [InlineData("\"server_filter\": {\"q\": \"\"}", "server_filter.q: is empty")]
    [InlineData("\"server_filter\": {\"sever_id\": \"a\"}", "server_filter.sever_id: unknown")]
    [InlineData("\"server_filter\": {\"status\": \"DONE\"}", "server_filter.status: must be COMPLETE, IN_PROGRESS or FAILED")]
    [InlineData("\"server_filter\": {\"q\": \"nobody\"}", "server_filter: fits no server")]
    [InlineData("\"retry_of\": \"nothing\"", "retry_of: no rollout with id nothing is in this project")]
    [InlineData("\"servers\": [\"a\"], \"batch_sizes\": []", "batch_sizes: is empty or has more than 100 sizes")]
    public async Task No_servers_is_an_error_and_never_complete(string members, string fault)
    {
        var answer = await _project.SendAsync("POST", "rollouts", $$"""{"name": "n", "config_id": "{{await _project.ConfigAsync()}}", {{members}}}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains(fault, answer.Message, StringComparison.Ordinal);
        Assert.Empty((await _project.SendAsync("GET", "rollouts")).Json["rollouts"]!.AsArray());
    }

    [Fact]
    public async Task Servers_are_found_by_the_filters_of_servers_and_of_their_deployments()
    {
        var old = await _project.ConfigAsync();
        foreach (var server in new[] { "web-1", "web-2", "db-1" })
        {
            await _project.DeploymentAsync(server, old);
        }

        await _project.DeploymentAsync("web-3");

        var id = await _project.RolloutAsync($$"""
            "server_filter": {"q": "WEB", "config_id": "{{old}}", "status": "IN_PROGRESS,FAILED", "silent": false}
            """);

        await _project.UntilCountsAsync(id, "0 2 0 0 0");
        Assert.Equal("web-1 web-2", string.Join(' ', (await _project.ServersAsync(id)).Select(server => server.Text("server_id"))));
    }

    [Fact]
    public async Task Two_rollouts_of_a_name_never_go_on_at_once()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\"]", name: "web");
        await _project.UntilCountsAsync(id, "0 1 0 0 0");
        var body = $$"""{"name": "web", "config_id": "{{await _project.ConfigAsync()}}", "servers": ["a"]}""";

        var refused = await _project.SendAsync("POST", "rollouts", body);

        Assert.Equal(409, refused.Status);
        Assert.Contains(id, refused.Message, StringComparison.Ordinal);
        await _project.ActAsync(id, "abort");
        Assert.Equal(200, (await _project.SendAsync("POST", "rollouts", body)).Status);
        // The aborted one is told what became of the server that it had begun.
        await _project.UntilCountsAsync(id, "0 0 0 1 0");
    }

    [Fact]
    public async Task A_request_that_comes_again_begins_nothing_new()
    {
        var body = $$"""{"name": "web", "config_id": "{{await _project.ConfigAsync()}}", "servers": ["a", "b"]}""";

        var first = await KeyedAsync(body);
        var second = await KeyedAsync(body);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal(first.Json["rollout"].Text("id"), second.Json["rollout"].Text("id"));
        Assert.Equal(409, (await KeyedAsync(body.Replace("\"b\"", "\"c\"", StringComparison.Ordinal))).Status);
        Assert.Equal(409, (await KeyedAsync("""{"name": "web", "retry_of": "nothing"}""")).Status);
        Assert.Single((await _project.SendAsync("GET", "rollouts")).Json["rollouts"]!.AsArray());
    }

    [Fact]
    public async Task A_config_is_not_deleted_while_a_rollout_is_to_bring_it_to_servers()
    {
        var config = await _project.ConfigAsync();
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\"], \"batch_sizes\": [1]", configId: config);
        await _project.UntilCountsAsync(id, "1 1 0 0 0");
        await _project.ActAsync(id, "pause");
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{(await _project.ServersAsync(id))[0].Text("deployment_id")}")).Status);
        await _project.UntilCountsAsync(id, "1 0 0 1 0");

        Assert.Equal(409, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);
        await _project.ActAsync(id, "abort");
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);
    }

    [Fact]
    public async Task The_list_is_newest_first_and_pages_and_deployments_by_hand_are_shown_by_config()
    {
        var config = await _project.ConfigAsync("""{"name": "by-hand", "group": "script"}""");
        await _project.DeploymentAsync("a", config);
        await _project.DeploymentAsync("b", config);
        var ids = new List<string>();
        foreach (var name in new[] { "one", "two", "three" })
        {
            ids.Insert(0, await _project.RolloutAsync("\"servers\": [\"c\"]", name));
        }

        await _project.UntilCountsAsync(ids[0], "0 1 0 0 0");
        await _project.ActAsync(ids[2], "abort");

        var first = await _project.SendAsync("GET", "rollouts?limit=2");
        Assert.Equal(ids[..2], first.Json["rollouts"]!.AsArray().Select(rollout => rollout.Text("id")));
        var next = new Uri(first.Json["rollouts_links"]![0].Text("href")!).Query;
        Assert.Equal(ids[2..], (await _project.SendAsync("GET", "rollouts" + next)).Json["rollouts"]!.AsArray().Select(rollout => rollout.Text("id")));
        Assert.Equal(ids[2], (await _project.SendAsync("GET", "rollouts?status=ABORTED,FAILED")).Json["rollouts"]!.AsArray().Single().Text("id"));
        Assert.Equal(ids[1], (await _project.SendAsync("GET", "rollouts?name=two")).Json["rollouts"]!.AsArray().Single().Text("id"));
        Assert.Equal(400, (await _project.SendAsync("GET", "rollouts?status=DONE")).Status);

        var byHand = Assert.Single((await _project.SendAsync("GET", "rollouts?by=config")).Json["rollouts"]!.AsArray());
        Assert.Equal((null, "by-hand", config, "IN_PROGRESS", "0 2 0 0 0"), (byHand.Text("id"), byHand.Text("name"), byHand.Text("config_id"), byHand.Text("status"), byHand!.Counts()));
    }

    [Fact]
    public async Task A_reader_sees_no_secret_of_a_rollout()
    {
        var config = await _project.ConfigAsync("""{"name": "c", "group": "script", "inputs": [{"name": "password", "type": "String"}]}""");
        var id = await _project.RolloutAsync("\"servers\": [\"a\"], \"input_values\": {\"password\": \"hunter2\"}", configId: config);
        await _project.UntilCountsAsync(id, "0 1 0 0 0");
        await _project.SetAsync((await _project.ServersAsync(id))[0].Text("deployment_id")!, "FAILED", "password : hunter2");
        await _project.UntilAsync(id, "COMPLETE_WITH_FAILURES");
        var reader = await _project.TokenAsync("reader");

        foreach (var path in new[] { "", "/servers", "/events", "/wait" })
        {
            Assert.DoesNotContain("hunter2", (await _project.SendAsync("GET", $"rollouts/{id}{path}", token: reader)).Text, StringComparison.Ordinal);
        }

        Assert.Contains("hunter2", (await _project.SendAsync("GET", $"rollouts/{id}")).Text, StringComparison.Ordinal);

        // Nor does a screen, whoever looks at it.
        Assert.Equal("••••", (await _project.SendAsync("GET", $"rollouts/{id}?values=masked")).Json["rollout"]!["input_values"].Text("password"));
        Assert.Null((await _project.SendAsync("GET", $"rollouts/{id}?values=false")).Json["rollout"]!["input_values"]);
    }

    [Fact]
    public async Task Others_get_through_while_ten_thousand_servers_are_begun()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(10_000, "a-server-of-a-large-fleet-")}");
        var deployment = await _project.DeploymentAsync();
        await _project.SetAsync(deployment, "COMPLETE");
        // Counted in memory, so that asking again and again does not hold it up; PostgreSQL begins them row by row.
        for (var begun = System.Diagnostics.Stopwatch.GetTimestamp(); await InProgressAsync(id) < 10_000;)
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMinutes < 5);
        }

        var rollout = await _project.UntilCountsAsync(id, "0 10000 0 0 0");

        Assert.Equal(10_000, rollout.Number("total"));
        Assert.Equal(10_000, (await _project.ServersAsync(id)).Select(server => server.Text("deployment_id")).Distinct().Count());
        await _project.ActAsync(id, "abort");
    }

    private async Task<long> InProgressAsync(string rollout) =>
        (await _project.SendAsync("GET", $"software_deployments/summary?rollout_id={rollout}")).Json["summary"]!["by_status"]!["IN_PROGRESS"]!.GetValue<long>();

    private Task<Answer> KeyedAsync(string body) => _project.PostAsync("a-key", "rollouts", body);
}
