using System.Text.Json.Nodes;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>One execution's id never stands above two texts: an execution keeps what it runs, whatever is said of its deployment.</summary>
public sealed class ExecutionTextTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("COMPLETE", """{"config_id": "$CONFIG"}""")]
    [InlineData("FAILED", """{"config_id": "$CONFIG"}""")]
    [InlineData("COMPLETE", """{"action": "UPDATE"}""")]
    [InlineData("COMPLETE", """{"input_values": {"foo": "other", "bar": 1}}""")]
    [InlineData("FAILED", """{"config_id": "$CONFIG", "action": "UPDATE", "input_values": {"foo": "other"}}""")]
    public async Task A_change_that_is_to_run_nothing_leaves_the_document_as_it_is(string status, string change)
    {
        var (id, _) = await FetchedAsync();
        var agent = await Agent.OfAsync(_project);
        var before = (await agent.PollAsync()).Text;
        var other = await ConfigAsync("b-config", "second");
        var body = With(change.Replace("$CONFIG", other, StringComparison.Ordinal), "status", status);

        // While it runs, and when it has ended, and again.
        for (var round = 0; round < 2; round++)
        {
            await _project.UpdateAsync(id, body);
            Assert.Equal(before, (await agent.PollAsync()).Text);
        }

        await _project.UpdateAsync(id, """{"status": "FAILED", "action": "DELETE"}""");
        Assert.Equal(before, (await agent.PollAsync()).Text);

        // The next execution runs what is said by then.
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        var entry = await agent.EntryAsync();
        Assert.Equal($"{id}-2", entry["id"]!.GetValue<string>());
        Assert.Equal(change.Contains("$CONFIG", StringComparison.Ordinal) ? "second" : "first", entry["config"]!.GetValue<string>());
        Assert.Equal("DELETE", Agent.Input(entry, "deploy_action"));
        Assert.Equal(change.Contains("input_values", StringComparison.Ordinal) ? "other" : "fooooo", Agent.Input(entry, "foo"));
    }

    [Theory]
    [InlineData("""{"input_values": {"b":[1,2],   "foo":"fooooo", "a": 1.0}}""")]
    [InlineData("""{"input_values": {"b":[1,2],   "foo":"fooooo", "a": 1.0}, "status": "COMPLETE"}""")]
    [InlineData("""{"input_values": {"b":[1,2],   "foo":"fooooo", "a": 1.0}, "status": "IN_PROGRESS"}""")]
    public async Task The_same_inputs_in_other_words_leave_the_document_as_it_is(string body)
    {
        var (id, _) = await FetchedAsync("""{"foo": "fooooo", "a": 1, "b": [1, 2]}""");
        var agent = await Agent.OfAsync(_project);
        var before = (await agent.PollAsync()).Text;

        var shown = await _project.UpdateAsync(id, body);

        Assert.Contains("""{"b":[1,2],   "foo":"fooooo", "a": 1.0}""", shown.Text, StringComparison.Ordinal);
        Assert.Equal(before, (await agent.PollAsync()).Text);
    }

    [Fact]
    public async Task Its_config_is_in_use_until_the_next_execution_begins()
    {
        var (id, config) = await FetchedAsync();
        var other = await ConfigAsync("b-config", "second");
        await _project.UpdateAsync(id, $$"""{"config_id": "{{other}}", "status": "COMPLETE"}""");

        var refused = await _project.SendAsync("DELETE", $"software_configs/{config}");
        var heats = await _project.SendAsync("DELETE", $"software_configs/{other}");
        Assert.Equal((409, 409), (refused.Status, heats.Status));
        Assert.Equal(heats.Message.Replace(other, config, StringComparison.Ordinal), refused.Message);

        await _project.UpdateAsync(id, """{"action": "UPDATE"}""");
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);
    }

    [Theory]
    [InlineData("COMPLETE", false)]
    [InlineData("IN_PROGRESS", false)]
    [InlineData("IN_PROGRESS", true)]
    public async Task Its_config_is_free_when_it_ended_before_it_was_handed_out(string created, bool isFetched)
    {
        var config = await ConfigAsync("a-config", "first");
        var answer = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{config}}", "server_id": "a-server", "status": "{{created}}"}""");
        var id = answer.Json["software_deployment"]!["id"]!.GetValue<string>();
        var agent = await Agent.OfAsync(_project);
        Assert.Equal(isFetched ? 1 : 0, isFetched ? (await agent.EntriesAsync()).Count : 0);
        await _project.UpdateAsync(id, $$"""{"config_id": "{{await ConfigAsync("b-config", "second")}}", "status": "FAILED"}""");

        Assert.Equal(isFetched ? 409 : 204, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);

        Assert.Equal(isFetched ? ["first"] : [], (await agent.EntriesAsync()).Select(entry => entry!["config"]!.GetValue<string>()));
        // What is run next is what the deployment says.
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal((id + "-2", "second"), ((await agent.EntryAsync())["id"]!.GetValue<string>(), (await agent.EntryAsync())["config"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("delete")]
    public async Task Its_config_is_free_when_it_runs_again_or_is_gone(string way)
    {
        var (id, config) = await FetchedAsync();
        await _project.UpdateAsync(id, $$"""{"config_id": "{{await ConfigAsync("b-config", "second")}}", "status": "FAILED"}""");

        var answer = way == "run"
            ? await _project.SendAsync("POST", $"software_deployments/{id}/run")
            : await _project.SendAsync("DELETE", $"software_deployments/{id}");
        Assert.InRange(answer.Status, 200, 204);

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);
        var entries = await (await Agent.OfAsync(_project)).EntriesAsync();
        Assert.Equal(way == "run" ? ["second"] : [], entries.Select(entry => entry!["config"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Terraform_may_delete_the_config_that_it_replaced()
    {
        var (id, config) = await FetchedAsync();
        await (await Agent.OfAsync(_project)).SignalAsync("{}");

        await _project.UpdateAsync(id, $$"""{"config_id": "{{await ConfigAsync("b-config", "second")}}", "output_values": { } }""");

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{config}")).Status);
    }

    [Fact]
    public async Task Heats_metadata_shows_the_config_of_now()
    {
        var (id, _) = await FetchedAsync();

        await _project.UpdateAsync(id, $$"""{"config_id": "{{await ConfigAsync("b-config", "second")}}", "status": "COMPLETE"}""");

        var metadata = await _project.SendAsync("GET", "software_deployments/metadata/a-server");
        Assert.Equal("second", Assert.Single(metadata.Json["metadata"]!.AsArray())!["config"]!.GetValue<string>());
        Assert.Equal("first", (await (await Agent.OfAsync(_project)).EntryAsync())["config"]!.GetValue<string>());
    }

    [Fact]
    public async Task Its_place_and_whether_agents_run_it_are_those_of_its_own_config()
    {
        var (first, _) = await FetchedAsync();
        var second = await _project.DeploymentAsync("a-server", await ConfigAsync("b-config", "second"));
        var agent = await Agent.OfAsync(_project);
        var before = await agent.PollAsync();

        await _project.UpdateAsync(first, $$"""{"config_id": "{{await ConfigAsync("c-config", "third")}}", "status": "COMPLETE"}""");
        var ungrouped = await _project.ConfigAsync("""{"name": "ungrouped"}""");
        await _project.UpdateAsync(second, $$"""{"config_id": "{{ungrouped}}", "status": "COMPLETE"}""");
        Assert.Equal(before.Text, (await agent.PollAsync()).Text);

        await _project.SendAsync("POST", $"software_deployments/{first}/run");
        await _project.SendAsync("POST", $"software_deployments/{second}/run");
        Assert.Equal([$"{first}-2"], (await agent.EntriesAsync()).Select(entry => entry!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_report_is_understood_by_the_outputs_of_its_own_config()
    {
        var (id, _) = await FetchedAsync();
        var agent = await Agent.OfAsync(_project);
        await agent.SignalAsync("""{"result": 1}""");
        await _project.UpdateAsync(id, $$"""{"config_id": "{{await ConfigAsync("b-config", "second", "other")}}", "status": "COMPLETE"}""");

        await agent.SignalAsync("""{"result": 1}""");
        await agent.SignalAsync("""{"result": 2}""");

        var events = await _project.HistoryAsync(id);
        Assert.Equal(["signal 1 COMPLETE>COMPLETE repeated agent", "late 1 COMPLETE>COMPLETE agent"], events.TakeLast(2).Select(Histories.Line));
    }

    [Fact]
    public async Task However_many_change_it_at_once_no_id_ever_has_two_texts()
    {
        var (id, config) = await FetchedAsync();
        var agent = await Agent.OfAsync(_project);
        string[] configs = [config, await ConfigAsync("b-config", "second"), await ConfigAsync("c-config", "third")];
        var texts = new Dictionary<string, string>();
        using var ended = new CancellationTokenSource();
        var polling = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                // None while one that nobody had fetched is at its end.
                foreach (var entry in await agent.EntriesAsync())
                {
                    var name = entry!["id"]!.GetValue<string>();
                    Assert.Equal(texts.TryGetValue(name, out var known) ? known : texts[name] = entry.ToJsonString(), entry.ToJsonString());
                }
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            for (var change = 0; change < 25; change++)
            {
                var status = random.Next(4) switch { 0 => "", 1 => "COMPLETE", 2 => "FAILED", _ => "IN_PROGRESS" };
                await _project.UpdateAsync(id,
                    $$$"""{"config_id": "{{{configs[random.Next(3)]}}}", "status": "{{{status}}}", "input_values": {"foo": "{{{random.Next(3)}}}", "n": {{{random.Next(2) switch { 0 => "1", _ => "1.0" }}}}}}""");
            }
        })));
        await ended.CancelAsync();

        await polling;
        Assert.True(texts.Count > 1);
    }

    private async Task<(string Deployment, string Config)> FetchedAsync(string inputs = """{"foo": "fooooo"}""")
    {
        var config = await ConfigAsync("a-config", "first");
        var created = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{config}}", "server_id": "a-server", "action": "CREATE", "input_values": {{inputs}} }""");
        await (await Agent.OfAsync(_project)).EntryAsync();
        return (created.Json["software_deployment"]!["id"]!.GetValue<string>(), config);
    }

    private Task<string> ConfigAsync(string name, string text, string output = "result") => _project.ConfigAsync(
        $$"""{"name": "{{name}}", "group": "script", "config": "{{text}}", "inputs": [{"name": "foo"}], "outputs": [{"name": "{{output}}"}]}""");

    private static string With(string body, string name, string value)
    {
        var changed = JsonNode.Parse(body)!.AsObject();
        changed[name] = value;
        return changed.ToJsonString();
    }
}
