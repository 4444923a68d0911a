using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>An update without a status that changes what is to be run of a deployment that has ended: the next execution begins at once.</summary>
public sealed class RedeployTests
{
    private readonly Project _project = ServiceApp.NewProject();

    public static TheoryData<string, string> Changes
    {
        get
        {
            var changes = new TheoryData<string, string>();
            foreach (var status in (string[])["COMPLETE", "FAILED"])
            {
                changes.Add(status, """{"config_id": "$CONFIG", "output_values": {}}""");
                changes.Add(status, """{"config_id": "$CONFIG", "action": "CREATE", "input_values": {"a": 1, "b": [1, 2]}}""");
                changes.Add(status, """{"action": "UPDATE"}""");
                changes.Add(status, """{"input_values": {"a": 2}}""");
                changes.Add(status, """{"input_values": {"a": 1, "b": [2, 1]}, "status": null}""");
                changes.Add(status, """{"action": "UPDATE", "status": "", "status_reason": ""}""");
            }

            return changes;
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task It_is_in_progress_at_once_and_its_report_counts(string status, string change)
    {
        var id = await EndedAsync(status);
        var agent = await Agent.OfAsync(_project);
        var first = Agent.SignalUrl(await agent.EntryAsync());

        var answer = await _project.UpdateAsync(id, change.Replace("$CONFIG", await ConfigAsync("second"), StringComparison.Ordinal));

        var shown = answer.Json["software_deployment"]!;
        Assert.Equal("IN_PROGRESS", shown["status"]!.GetValue<string>());
        Assert.Equal("Deploy data available", shown["status_reason"]!.GetValue<string>());
        Assert.Equal("""{"old":true}""", shown["output_values"]!.ToJsonString());
        Assert.Equal(answer.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);

        // What is still said of the run before is late.
        Assert.Equal(200, (await agent.SendAsync("PUT", first, """{"deploy_status_code": 1}""")).Status);
        Assert.Equal(answer.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);

        Assert.Equal($"{id}-2", (await agent.EntryAsync())["id"]!.GetValue<string>());
        Assert.Equal(200, (await agent.SignalAsync("""{"deploy_stdout": "new"}""")).Status);
        var ended = await _project.LookAsync(id);
        Assert.Equal(("COMPLETE", "Outputs received"), (ended.Status, ended.Reason));
        Assert.DoesNotContain("old", (await _project.SendAsync("GET", $"software_deployments/{id}")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"status_reason": "because"}""")]
    [InlineData("""{"output_values": {"a": 1}}""")]
    [InlineData("""{"config_id": "", "action": null, "input_values": {}}""")]
    [InlineData("""{"action": "CREATE"}""")]
    [InlineData("""{"input_values": {"b":[1,2],  "a": 1.0}}""")]
    public async Task An_update_that_changes_nothing_of_it_begins_none(string body)
    {
        var id = await EndedAsync("FAILED");

        Assert.Equal("FAILED", DeploymentNow.Of(await _project.UpdateAsync(id, body)).Status);

        Assert.Equal($"{id}-1", (await (await Agent.OfAsync(_project)).EntryAsync())["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_reason_that_is_sent_is_kept_and_so_are_outputs()
    {
        var id = await EndedAsync("COMPLETE");

        var shown = (await _project.UpdateAsync(id, """{"action": "UPDATE", "status_reason": "again", "output_values": {"new": 1}}""")).Json["software_deployment"]!;

        Assert.Equal(("IN_PROGRESS", "again"), (shown["status"]!.GetValue<string>(), shown["status_reason"]!.GetValue<string>()));
        Assert.Equal("""{"new":1}""", shown["output_values"]!.ToJsonString());
    }

    [Theory]
    [InlineData("COMPLETE", 1)]
    [InlineData("FAILED", 1)]
    [InlineData("IN_PROGRESS", 2)]
    public async Task With_a_status_the_caller_decides(string status, int execution)
    {
        var id = await EndedAsync("COMPLETE");

        var updated = DeploymentNow.Of(await _project.UpdateAsync(id, $$"""{"action": "UPDATE", "status": "{{status}}"}"""));

        Assert.Equal((status, "ended"), (updated.Status, updated.Reason));
        Assert.Equal($"{id}-{execution}", (await (await Agent.OfAsync(_project)).EntryAsync())["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_deployment_that_was_created_at_its_end_begins_too()
    {
        var created = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{await ConfigAsync("first")}}", "server_id": "a-server", "status": "COMPLETE"}""");
        var id = created.Json["software_deployment"]!["id"]!.GetValue<string>();

        var updated = DeploymentNow.Of(await _project.UpdateAsync(id, $$"""{"config_id": "{{await ConfigAsync("second")}}"}"""));

        Assert.Equal(("IN_PROGRESS", "Deploy data available"), (updated.Status, updated.Reason));
        var entry = await (await Agent.OfAsync(_project)).EntryAsync();
        Assert.Equal(($"{id}-2", "second"), (entry["id"]!.GetValue<string>(), entry["config"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_agents_update_begins_it_as_well()
    {
        var id = await EndedAsync("COMPLETE");

        var updated = await _project.UpdateAsync(id, """{"input_values": {"a": 2}}""", await _project.TokenAsync("agent", "a-server"));

        Assert.Equal("IN_PROGRESS", DeploymentNow.Of(updated).Status);
    }

    [Fact]
    public async Task The_history_tells_that_it_began_and_who_began_it()
    {
        var id = await EndedAsync("FAILED");

        var answer = await _project.UpdateAsync(id, """{"action": "UPDATE"}""", await _project.TokenAsync("admin"));

        var last = (await _project.HistoryAsync(id))[^1];
        Assert.Equal("update 2 FAILED>IN_PROGRESS admin", last.Line());
        Assert.Equal("Deploy data available", last.Reason());
        Assert.Equal("admin-of-a-test", last["who"]!["name"]!.GetValue<string>());
        Assert.Equal(answer.Headers["x-openstack-request-id"], last["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task If_match_guards_it_and_its_tag_is_new()
    {
        var id = await EndedAsync("COMPLETE");
        var seen = await _project.LookAsync(id);
        const string change = """{"action": "UPDATE"}""";

        Assert.Equal(412, (await SendAsync("\"1\"")).Status);
        Assert.Equal(seen, await _project.LookAsync(id));
        var begun = await SendAsync(seen.Tag);
        Assert.Equal(200, begun.Status);
        Assert.NotEqual(seen.Tag, begun.Headers["etag"]);
        Assert.Equal(412, (await SendAsync(seen.Tag)).Status);
        Assert.Equal($"{id}-2", (await (await Agent.OfAsync(_project)).EntryAsync())["id"]!.GetValue<string>());

        Task<Answer> SendAsync(string tag) => _project.SendWithAsync(("If-Match", tag), "PUT", $"software_deployments/{id}", change);
    }

    [Fact]
    public async Task Who_waits_for_its_end_waits_on()
    {
        var id = await EndedAsync("COMPLETE");
        await _project.UpdateAsync(id, """{"action": "UPDATE"}""");

        var waited = await _project.SendAsync("GET", $"software_deployments/{id}?wait=0");
        var listed = await _project.SendAsync("GET", "software_deployments?status=IN_PROGRESS");

        Assert.Equal("IN_PROGRESS", DeploymentNow.Of(waited).Status);
        Assert.Equal(id, Assert.Single(listed.Json["software_deployments"]!.AsArray())!["id"]!.GetValue<string>());
    }

    /// <summary>A deployment that its agent fetched and that ended by an update.</summary>
    private async Task<string> EndedAsync(string status)
    {
        var created = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{await ConfigAsync("first")}}", "server_id": "a-server", "action": "CREATE", "input_values": {"a": 1, "b": [1, 2]} }""");
        var id = created.Json["software_deployment"]!["id"]!.GetValue<string>();
        await (await Agent.OfAsync(_project)).EntryAsync();
        await _project.UpdateAsync(id, $$"""{"status": "{{status}}", "status_reason": "ended", "output_values": {"old": true} }""");
        return id;
    }

    private Task<string> ConfigAsync(string text) => _project.ConfigAsync($$"""{"name": "a-config", "group": "script", "config": "{{text}}"}""");
}
