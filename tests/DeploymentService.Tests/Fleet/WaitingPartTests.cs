using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>The parts of why a deployment is still in progress, code by code, and their sentence.</summary>
public sealed class WaitingPartTests(TimedApp timed) : IClassFixture<TimedApp>
{
    private const string Component = """
        {"configs": [{"actions": ["CREATE"], "config": "x", "tool": "script"}, {"actions": ["DELETE", "SUSPEND"], "config": "y", "tool": "scirpt"}]}
        """;

    private readonly Project _project = timed.NewProject();

    [Fact]
    public async Task Never_fetched()
    {
        var id = await _project.DeploymentAsync();
        var part = Assert.Single(await PartsAsync(id));
        Assert.Equal(["code", "time", "detail"], part.AsObject().Select(member => member.Key));
        Assert.Equal("""{"code":"never_fetched","time":null,"detail":"never fetched by the agent: the server has never asked"}""", part.ToJsonString());

        await (await Agent.OfAsync(_project, "b-server")).PollAsync();
        var asked = Now();
        timed.Pass(10);
        part = Assert.Single(await PartsAsync(await _project.DeploymentAsync("b-server")));
        Assert.Equal(("never_fetched", asked), (Code(part), Time(part)));
    }

    [Fact]
    public async Task Fetched_and_then_silent()
    {
        var id = await FetchedAsync();
        var fetched = Now();
        var part = Assert.Single(await PartsAsync(id));
        Assert.Equal(("fetched", fetched), (Code(part), Time(part)));

        timed.Pass(301);
        Assert.Equal([("fetched", fetched), ("server_silent", fetched)], (await PartsAsync(id)).Select(part => (Code(part), Time(part))));
    }

    [Fact]
    public async Task A_report_was_refused()
    {
        var id = await FetchedAsync();
        timed.Pass(5);
        await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "DONE"}""", await _project.TokenAsync("agent", "a-server"));

        var parts = await PartsAsync(id);

        Assert.Equal(["fetched", "report_refused"], parts.Select(Code));
        Assert.Equal(Now(), Time(parts[1]));
        Assert.Contains("status: must be COMPLETE, IN_PROGRESS or FAILED", Detail(parts[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overdue_has_the_time_at_which_it_became_so()
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        var overdue = await _project.UntilAsync(id, "overdue");
        await _project.UpdateAsync(id, """{"status_reason": "nothing new"}""");

        var parts = await PartsAsync(id);

        Assert.Equal(["never_fetched", "overdue"], parts.Select(Code));
        Assert.Equal(overdue["time"]!.GetValue<string>(), Time(parts[1]));
        Assert.Equal("overdue: its timeout was 30 seconds", Detail(parts[1]));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"Heat::Ungrouped\"")]
    public async Task No_group(string group)
    {
        var id = await NewAsync($$"""{"group": {{group}}, "config": "x"}""");

        Assert.Equal("""{"code":"no_group","time":null,"detail":"the config has no group, so that agents do not run it"}""", Assert.Single(await PartsAsync(id)).ToJsonString());
    }

    [Theory]
    [InlineData("scirpt", "the nearest is 'script'")]
    [InlineData("Script", "the nearest is 'script'")]
    [InlineData("shell-script", "the nearest is 'script'")]
    [InlineData("docker_compose", "the nearest is 'docker-compose'")]
    [InlineData("docker", "the nearest is 'docker-cmd'")]
    [InlineData("ansible-playbook", "the nearest is 'ansible'")]
    [InlineData("os-aply-config", "the nearest is 'os-apply-config'")]
    [InlineData("hirea", "the nearest is 'hiera'")]
    [InlineData("pupet", "the nearest is 'puppet'")]
    [InlineData("bash", "there are ansible, apply-config, atomic, cfn-init, chef, component, docker-cmd, docker-compose, hiera, json-file, kubelet, os-apply-config, puppet, salt, script")]
    [InlineData("::", "there are ansible, apply-config, ")]
    [InlineData("Component", "the nearest is 'component'")]
    public async Task Unknown_group(string group, string hint)
    {
        var id = await NewAsync($$"""{"group": "{{group}}", "config": "x"}""");

        var parts = await PartsAsync(id);

        Assert.Equal(["never_fetched", "unknown_group"], parts.Select(Code));
        Assert.StartsWith($"no stock hook serves the group '{group}': {hint}", Detail(parts[1]), StringComparison.Ordinal);

        // It is fetched, and skipped.
        await FetchAsync(id);
        Assert.Equal(["fetched", "unknown_group"], (await PartsAsync(id)).Select(Code));
    }

    [Theory]
    [InlineData("script")]
    [InlineData("ansible")]
    [InlineData("puppet")]
    [InlineData("chef")]
    [InlineData("salt")]
    [InlineData("cfn-init")]
    [InlineData("docker-cmd")]
    [InlineData("docker-compose")]
    [InlineData("hiera")]
    [InlineData("json-file")]
    [InlineData("kubelet")]
    [InlineData("atomic")]
    [InlineData("apply-config")]
    [InlineData("os-apply-config")]
    [InlineData("json-file!")]
    public async Task Known_groups(string group) =>
        Assert.Equal("never_fetched", Code(Assert.Single(await PartsAsync(await NewAsync($$"""{"group": "{{group}}", "config": "x"}""")))));

    [Theory]
    [InlineData(Component, "\"UPDATE\"", "no_config_for_action")]
    [InlineData(Component, "\"create\"", "no_config_for_action")]
    [InlineData(Component, "null", "no_config_for_action")]
    [InlineData(Component, "\"CREATE\"", null)]
    [InlineData(Component, "\"SUSPEND\"", "unknown_group")]
    [InlineData("\"a text\"", "\"CREATE\"", "no_config_for_action")]
    [InlineData("null", "\"CREATE\"", "no_config_for_action")]
    [InlineData("[]", "\"CREATE\"", "no_config_for_action")]
    [InlineData("{}", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": {}}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [1, {"actions": ["CREATE"], "config": "x", "tool": "script"}]}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [{"actions": ["CREATE"], "config": "x"}]}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [{"actions": [1, null, "CREATE"], "config": {"a": 1}, "tool": "json-file"}]}""", "\"CREATE\"", null)]
    public async Task A_component_runs_what_it_has_for_the_action(string config, string action, string? code)
    {
        var id = await NewAsync($$"""{"group": "component", "config": {{config}} }""", action);

        Assert.Equal(code is null ? ["never_fetched"] : ["never_fetched", code], (await PartsAsync(id)).Select(Code));
    }

    [Theory]
    [InlineData("""{"deploy_action": "CREATE"}""", "[]", true)]
    [InlineData("""{"deploy_action": ""}""", """[{"name": "deploy_action", "value": "CREATE"}]""", true)]
    [InlineData("null", """[{"name": "foo"}, {"name": "deploy_action", "value": "CREATE"}]""", true)]
    [InlineData("null", """[{"name": "deploy_action", "value": "UPDATE"}]""", false)]
    [InlineData("""{"deploy_action": "UPDATE"}""", """[{"name": "deploy_action", "value": "CREATE"}]""", false)]
    public async Task The_action_is_the_one_that_the_agent_gets(string values, string inputs, bool isRun)
    {
        var id = await NewAsync($$"""{"group": "component", "config": {{Component}}, "inputs": {{inputs}} }""", "\"RESUME\"", values);

        Assert.Equal(isRun ? ["never_fetched"] : ["never_fetched", "no_config_for_action"], (await PartsAsync(id)).Select(Code));
    }

    [Theory]
    [InlineData("COMPLETE", "PUT")]
    [InlineData("FAILED", "PUT")]
    [InlineData("COMPLETE", "signal")]
    public async Task Set_in_progress_by_hand(string status, string end)
    {
        var id = await FetchedAsync();
        await EndAsync(id, status, end);
        timed.Pass(60);
        var time = Now();

        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        timed.Pass(60);

        // Other news of the deployment changes nothing of it, nor does another poll.
        await _project.UpdateAsync(id, """{"status_reason": "waiting"}""");
        await (await Agent.OfAsync(_project)).PollAsync();
        var part = Assert.Single(await PartsAsync(id));
        Assert.Equal(("set_in_progress_by_hand", time), (Code(part), Time(part)));
        Assert.Equal($"set in progress by hand at {time}, which starts no new run: POST /v1/{_project.Id}/software_deployments/{id}/run does", Detail(part));

        // As it says.
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/run")).Status);
        Assert.Equal("never_fetched", Code(Assert.Single(await PartsAsync(id))));
    }

    [Fact]
    public async Task Set_in_progress_by_hand_before_any_agent_had_it()
    {
        var id = await _project.DeploymentAsync();
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(["set_in_progress_by_hand", "never_fetched"], (await PartsAsync(id)).Select(Code));

        // Then it runs when it is fetched.
        await FetchAsync(id);
        Assert.Equal(["fetched"], (await PartsAsync(id)).Select(Code));
    }

    [Theory]
    [InlineData("""{"action": "UPDATE"}""")]
    [InlineData("""{"action": "UPDATE", "status": "IN_PROGRESS"}""")]
    public async Task What_begins_a_run_is_not_by_hand(string change)
    {
        var id = await FetchedAsync();
        await EndAsync(id, "COMPLETE", "PUT");

        await _project.UpdateAsync(id, change);
        Assert.Equal(["never_fetched"], (await PartsAsync(id)).Select(Code));

        // Until that run has ended as well.
        await FetchAsync(id);
        await EndAsync(id, "FAILED", "PUT");
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(["set_in_progress_by_hand"], (await PartsAsync(id)).Select(Code));
    }

    [Fact]
    public async Task A_change_that_waited_begins_with_the_status_and_is_not_by_hand()
    {
        var id = await FetchedAsync();
        await _project.UpdateAsync(id, """{"status": "COMPLETE", "action": "UPDATE"}""");

        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");

        Assert.Equal(["never_fetched"], (await PartsAsync(id)).Select(Code));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task An_agent_that_polls_with_a_rotated_url(string method)
    {
        var old = await Agent.OfAsync(_project);
        await old.PollAsync();
        var good = Now();
        var id = await _project.DeploymentAsync();
        timed.Pass(600);
        var next = await Agent.OfAsync(_project, body: """{"rotate": true}""");
        Assert.Equal(404, (await old.PollAsync(method)).Status);
        var since = Now();
        timed.Pass(30);
        Assert.Equal(404, (await old.PollAsync(method)).Status);

        // It has not been heard of for long, and it is not silent.
        var parts = await PartsAsync(id);
        Assert.Equal([("never_fetched", good), ("rotated_url", since)], parts.Select(part => (Code(part), Time(part))));
        Assert.Equal($"the agent asks with a URL that was rotated, since {since} and last at {Now()}: give it the server's new one", Detail(parts[1]));

        timed.Pass(301);
        Assert.Equal(["never_fetched", "rotated_url", "server_silent"], (await PartsAsync(id)).Select(Code));

        await next.PollAsync("HEAD");
        Assert.Contains("rotated_url", (await PartsAsync(id)).Select(Code));
        await FetchAsync(id, next);
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        Assert.Equal(["never_fetched"], (await PartsAsync(id)).Select(Code));
    }

    [Fact]
    public async Task An_agent_that_never_had_a_good_url_since_the_rotation()
    {
        var old = await Agent.OfAsync(_project);
        await Agent.OfAsync(_project, body: """{"rotate": true}""");
        var id = await _project.DeploymentAsync();
        await old.PollAsync();

        var parts = await PartsAsync(id);

        Assert.Equal(["never_fetched", "rotated_url"], parts.Select(Code));
        Assert.Equal("never fetched by the agent", Detail(parts[0]));
    }

    [Fact]
    public async Task An_agent_that_polls_with_a_url_that_has_expired()
    {
        var agent = await Agent.OfAsync(_project, body: """{"expires_in": 60}""");
        var id = await _project.DeploymentAsync();
        timed.Pass(60);
        Assert.Equal(404, (await agent.PollAsync()).Status);

        var part = (await PartsAsync(id))[1];

        Assert.Equal("rotated_url", Code(part));
        Assert.StartsWith("the agent asks with a URL that has expired, since ", Detail(part), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_url_and_a_server_without_deployments_are_not_remembered()
    {
        var old = await Agent.OfAsync(_project, "b-server");
        await Agent.OfAsync(_project, "b-server", """{"rotate": true}""");
        await old.PollAsync();
        Assert.Empty((await _project.SendAsync("GET", "servers")).Json["servers"]!.AsArray());

        var id = await _project.DeploymentAsync("b-server");
        await old.SendAsync("GET", old.Url + "x");

        Assert.Equal(["never_fetched"], (await PartsAsync(id)).Select(Code));
    }

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("FAILED")]
    public async Task At_its_end_there_are_none(string status)
    {
        var id = await _project.DeploymentAsync();
        await _project.UpdateAsync(id, $$"""{"status": "{{status}}"}""");

        var shown = (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!.AsObject();

        Assert.False(shown.ContainsKey("waiting_for") || shown.ContainsKey("waiting_for_parts"));
    }

    /// <summary>The parts, which a list and a wait say too, and whose sentence is the other field.</summary>
    private async Task<List<JsonNode>> PartsAsync(string id)
    {
        var shown = (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!;
        var waited = (await _project.SendAsync("GET", $"software_deployments/{id}?wait=0")).Json["software_deployment"]!;
        var listed = (await _project.SendAsync("GET", "software_deployments?detail=true")).Json["software_deployments"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!;
        List<JsonNode> parts = [.. shown["waiting_for_parts"]!.AsArray().Select(part => part!)];
        var sentence = string.Join("; ", parts.Select(Detail)) + ".";
        Assert.Equal(char.ToUpperInvariant(sentence[0]) + sentence[1..], shown["waiting_for"]!.GetValue<string>());
        foreach (var other in new[] { waited, listed })
        {
            Assert.Equal(shown["waiting_for_parts"]!.ToJsonString(), other["waiting_for_parts"]!.ToJsonString());
            Assert.Equal(shown["waiting_for"]!.ToJsonString(), other["waiting_for"]!.ToJsonString());
        }

        var plain = await _project.SendAsync("GET", $"software_deployments/{id}");
        Assert.DoesNotContain("waiting_for", plain.Text, StringComparison.Ordinal);
        return parts;
    }

    private async Task<string> NewAsync(string config, string action = "\"CREATE\"", string values = "null")
    {
        var created = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{await _project.ConfigAsync(config)}}", "server_id": "a-server", "action": {{action}}, "input_values": {{values}} }""");
        return created.Json["software_deployment"]!["id"]!.GetValue<string>();
    }

    private async Task<string> FetchedAsync()
    {
        var id = await _project.DeploymentAsync();
        await FetchAsync(id);
        return id;
    }

    /// <summary>Lets the agent fetch; what is written afterwards comes behind that.</summary>
    private async Task FetchAsync(string id, Agent? agent = null)
    {
        await (agent ?? await Agent.OfAsync(_project)).PollAsync();
        await _project.DeploymentAsync("another-server");
        Assert.NotNull((await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!["fetched_time"]);
    }

    private Task EndAsync(string id, string status, string way) => way == "PUT"
        ? _project.UpdateAsync(id, $$"""{"status": "{{status}}"}""")
        : _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");

    private string Now() => timed.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static string Code(JsonNode part) => part["code"]!.GetValue<string>();

    private static string? Time(JsonNode part) => part["time"]?.GetValue<string>();

    private static string Detail(JsonNode part) => part["detail"]!.GetValue<string>();
}
