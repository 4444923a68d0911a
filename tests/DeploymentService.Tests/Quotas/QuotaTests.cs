using System.Text.Json.Nodes;
using DeploymentService.Quotas;
using DeploymentService.Settings;
using DeploymentService.Tests.Idempotency;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Quotas;

/// <summary>A project may have so much and no more, and what it has stays as it is.</summary>
public sealed class QuotaTests
{
    private const string NewConfig = """{"name": "c", "config": "#!/bin/sh"}""";

    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Beyond_a_quota_the_answer_says_what_is_used_and_what_to_do()
    {
        await SetAsync("""{"configs": 2, "deployments": 1, "servers": 1}""");
        var config = await _project.ConfigAsync();
        await _project.ConfigAsync();
        var id = await _project.DeploymentAsync("a", config);

        Assert.Equal(
            $"The quota of configs is 2, 2 are used, and this needs 1 more. Delete what is not needed any more, or ask an admin for more (PUT /v1/{_project.Id}/quotas).",
            (await _project.SendAsync("POST", "software_configs", NewConfig)).AssertRefused(403));
        Assert.StartsWith(
            "The quota of deployments is 1, 1 are used, and this needs 1 more; The quota of servers is 1, 1 are used, and this needs 1 more.",
            (await CreateAsync("b", config)).AssertRefused(403), StringComparison.Ordinal);

        // A server that is there needs no room, and a report needs none at all.
        await SetAsync("""{"deployments": 2}""");
        Assert.Equal(200, (await CreateAsync("a", config)).Status);
        await SetAsync("""{"deployments": 1, "bytes": 1}""");
        Assert.Equal(200, (await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE", "output_values": {"a": "bc"}}""")).Status);
    }

    [Fact]
    public async Task What_is_deleted_makes_room()
    {
        await SetAsync("""{"configs": 1, "deployments": 1}""");
        var config = await _project.ConfigAsync();
        var id = await _project.DeploymentAsync("a", config);
        (await CreateAsync("a", config)).AssertRefused(403);

        await _project.SendAsync("DELETE", $"software_deployments/{id}");
        await Until.StatusAsync(200, () => CreateAsync("a", config, complete: true));
        (await _project.SendAsync("POST", "software_configs", NewConfig)).AssertRefused(403);
        foreach (var deployment in (await _project.SendAsync("GET", "software_deployments")).Json["software_deployments"]!.AsArray())
        {
            await _project.SendAsync("DELETE", $"software_deployments/{deployment.Text("id")}");
        }

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);
        await Until.StatusAsync(200, () => _project.SendAsync("POST", "software_configs", NewConfig));
    }

    [Fact]
    public async Task Of_many_at_once_exactly_those_are_let_in_for_whom_there_is_room()
    {
        await SetAsync("""{"deployments": 5, "configs": 6}""");
        var config = await _project.ConfigAsync();

        var deployments = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => CreateAsync($"s{number}", config)));
        var configs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _project.SendAsync("POST", "software_configs", NewConfig)));

        Assert.Equal((5, 15), (deployments.Count(answer => answer.Status == 200), deployments.Count(answer => answer.Status == 403)));
        Assert.Equal((5, 15), (configs.Count(answer => answer.Status == 200), configs.Count(answer => answer.Status == 403)));
    }

    [Fact]
    public async Task A_request_that_comes_again_gets_the_first_answer()
    {
        await SetAsync("""{"configs": 1}""");
        Task<Answer> SendAsync() => _project.PostAsync("a-key", "software_configs", NewConfig);

        var first = await SendAsync();
        Assert.Equal(200, first.Status);

        Assert.Equal(first.Text, (await SendAsync()).Text);
    }

    [Fact]
    public async Task The_same_request_several_times_at_once_needs_room_once()
    {
        await SetAsync("""{"configs": 1, "deployments": 1, "rollouts": 1}""");
        async Task<string> SendAsync(string path, string body)
        {
            var answer = await _project.PostAsync("a-key", path, body);
            Assert.True(answer.Status == 200, answer.Text);
            return answer.Json.AsObject().Single().Value.Text("id")!;
        }

        async Task<string> TogetherAsync(string path, string body) =>
            Assert.Single((await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(path, body)))).Distinct());

        var config = await TogetherAsync("software_configs", NewConfig);
        await TogetherAsync("software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a"}""");
        await SetAsync("""{"deployments": 2}""");
        await TogetherAsync("rollouts", $$"""{"name": "web", "config_id": "{{config}}", "servers": ["b"]}""");
    }

    [Fact]
    public async Task Bytes_count_what_is_stored()
    {
        await SetAsync("""{"bytes": 1000}""");
        var body = $$"""{"name": "c", "config": "{{new string('x', 600)}}"}""";
        Assert.Equal(200, (await _project.SendAsync("POST", "software_configs", body)).Status);

        var refused = await Until.StatusAsync(403, () => _project.SendAsync("POST", "software_configs", body));

        Assert.StartsWith("The quota of bytes is 1000, ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_has_room_as_a_whole_or_does_not_begin()
    {
        await SetAsync("""{"deployments": 5, "rollouts": 2}""");
        var config = await _project.ConfigAsync();
        Task<Answer> BeginAsync(string name, int servers, string more = "") =>
            _project.SendAsync("POST", "rollouts", $$"""{"name": "{{name}}", "config_id": "{{config}}", "servers": {{RolloutRoom.Servers(servers)}}{{more}}}""");

        Assert.Contains("The quota of deployments is 5, 0 are used, and this needs 6 more.", (await BeginAsync("web", 6)).AssertRefused(403), StringComparison.Ordinal);
        Assert.Empty((await _project.SendAsync("GET", "rollouts")).Json["rollouts"]!.AsArray());

        // What it has not made yet is promised to it.
        var first = await BeginAsync("web", 3, ", \"batch_sizes\": [1], \"pause_after_batch\": true");
        Assert.Equal(200, first.Status);
        Assert.Contains("3 are used, and this needs 3 more", (await BeginAsync("db", 3)).AssertRefused(403), StringComparison.Ordinal);
        Assert.Equal(200, (await BeginAsync("db", 2)).Status);
        Assert.Contains("The quota of rollouts is 2, 2 are used, and this needs 1 more", (await BeginAsync("log", 1)).AssertRefused(403), StringComparison.Ordinal);

        // A later rollout of a name makes none for servers that have one.
        var id = first.Json["rollout"].Text("id")!;
        await _project.UntilCountsAsync(id, "2 1 0 0 0");
        await _project.ActAsync(id, "abort");
        Assert.Contains("3 are used, and this needs 3 more", (await BeginAsync("web", 4)).AssertRefused(403), StringComparison.Ordinal);
        Assert.Equal(200, (await BeginAsync("web", 3)).Status);
    }

    [Fact]
    public async Task Admins_give_a_project_its_own_and_take_them_back()
    {
        Assert.Equal((7, 5_000_000), Quota(await SetAsync("""{"deployments": 7, "rollouts": 0}"""), "deployments"));
        // What is not named stays, and null is what the service is set to.
        var changed = await SetAsync("""{"rollouts": null, "servers": 9}""");
        Assert.Equal(((7, 5_000_000), (1_000, 1_000), (9, 1_000_000)), (Quota(changed, "deployments"), Quota(changed, "rollouts"), Quota(changed, "servers")));
        // Nothing changes, and nothing is said.
        await SetAsync("""{"servers": 9}""");

        var wrong = await _project.SendAsync("PUT", "quotas", """{"servers": -1, "server": 1, "bytes": "x"}""", ServiceApp.AdminToken);
        Assert.Contains("servers: must be from 0, for any amount, to 1000000000000000", wrong.AssertRefused(400), StringComparison.Ordinal);
        Assert.Contains("server: unknown; there are quotas of deployments, configs", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("bytes: must be a whole number", wrong.Message, StringComparison.Ordinal);

        Assert.Equal(204, (await _project.SendAsync("DELETE", "quotas", token: ServiceApp.AdminToken)).Status);
        Assert.Equal((5_000_000, 5_000_000), Quota((await _project.SendAsync("GET", "quotas", token: ServiceApp.AdminToken)).Json, "deployments"));
        var events = (await _project.SendAsync("GET", "audit?subject=quota", token: ServiceApp.AdminToken)).Json["events"]!.AsArray();
        Assert.Equal(
            "deployments set, rollouts set, servers set, rollouts reset, deployments reset, servers reset",
            string.Join(", ", events.Reverse().Select(evt => $"{evt.Text("id")} {evt.Text("event")!["quota.".Length..]}")));
    }

    [Fact]
    public void The_defaults_are_settings()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("Quotas:Configs", "3"), new("Quotas:Bytes", "-1")]).Build());

        Assert.Equal(3, QuotasOptions.Read(reader).Of(QuotaKind.Configs));

        Assert.Equal(["Quotas:Bytes is '-1': use a whole number from 0 to 1000000000000000 (environment: Quotas__Bytes)"], reader.Faults);
    }

    private Task<Answer> CreateAsync(string server, string config, bool complete = false) => _project.SendAsync(
        "POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "{{server}}"{{(complete ? ", \"status\": \"COMPLETE\"" : "")}}}""");

    private async Task<JsonNode> SetAsync(string quotas)
    {
        var answer = await _project.SendAsync("PUT", "quotas", quotas, ServiceApp.AdminToken);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    private static (long Limit, long Default) Quota(JsonNode answer, string name)
    {
        var quota = Assert.Single(answer["quotas"]!.AsArray(), quota => quota.Text("name") == name)!;
        return (quota.Number("limit"), quota.Number("default"));
    }
}
