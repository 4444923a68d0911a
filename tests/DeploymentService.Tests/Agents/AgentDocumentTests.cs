using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>The document that an agent polls, rule by rule.</summary>
public sealed class AgentDocumentTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_server_without_deployments_has_an_empty_list()
    {
        var agent = await Agent.OfAsync(_project);

        Assert.Equal("""{"deployments":[]}""", (await agent.PollAsync()).Text);
    }

    [Fact]
    public async Task An_entry_has_what_a_hook_needs()
    {
        var config = await _project.ConfigAsync("""
            {"name": "a-config", "group": "script", "config": "#!/bin/sh\nécho \u0041", "outputs": [{"name": "result"}], "options": {"a": 1.0}}
            """);
        var deployment = await _project.DeploymentAsync("a-server", config);
        var created = (await _project.SendAsync("GET", $"software_configs/{config}")).Json["software_config"]!["creation_time"]!.GetValue<string>();

        var entry = await (await Agent.OfAsync(_project)).EntryAsync();

        Assert.Equal(["id", "name", "group", "config", "inputs", "outputs", "options", "creation_time"], entry.AsObject().Select(member => member.Key));
        Assert.Equal($"{deployment}-1", entry["id"]!.GetValue<string>());
        Assert.Equal("a-config", entry["name"]!.GetValue<string>());
        Assert.Equal("script", entry["group"]!.GetValue<string>());
        Assert.Equal("#!/bin/sh\nécho A", entry["config"]!.GetValue<string>());
        Assert.Equal("""[{"name":"result","type":"String","error_output":false}]""", entry["outputs"]!.ToJsonString());
        Assert.Equal("""{"a":1.0}""", entry["options"]!.ToJsonString());
        Assert.Equal(created, entry["creation_time"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{\"a\": {\"b\": [1.0, 1e3, 12345678901234567890, null, true]}, \"\": \"\"}")]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("[]")]
    [InlineData("1.50")]
    [InlineData("0")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"{\\\"a\\\": 1}\"")]
    [InlineData("\"- a: 1\\n\"")]
    public async Task A_config_is_delivered_as_it_was_stored_whatever_its_group(string config)
    {
        string[] groups = ["script", "ansible", "json-file", "hiera", "kubelet", "os-apply-config", "component", "docker-compose", "puppet", "mine"];
        foreach (var group in groups)
        {
            await _project.DeploymentAsync(group, await _project.ConfigAsync($$"""{"name": "a", "group": "{{group}}", "config": {{config}}}"""));

            var document = (await (await Agent.OfAsync(_project, group)).PollAsync()).Text;

            Assert.Contains($$"""
                "group":"{{group}}","config":{{config}},"inputs":
                """.Trim(), document, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_config_that_was_not_given_is_null()
    {
        await _project.DeploymentAsync("a-server", await _project.ConfigAsync("""{"name": "a", "group": "ansible"}"""));

        Assert.Contains("\"config\":null,", (await (await Agent.OfAsync(_project)).PollAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"Heat::Ungrouped\"")]
    public async Task A_config_that_no_hook_runs_is_left_out(string group)
    {
        await _project.DeploymentAsync("a-server", await _project.ConfigAsync($$"""{"name": "../../etc", "group": {{group}}, "config": ""}"""));

        Assert.Empty(await (await Agent.OfAsync(_project)).EntriesAsync());
    }

    [Fact]
    public async Task Entries_are_in_the_order_of_config_names_and_then_of_creation()
    {
        var names = new List<string>();
        foreach (var name in new[] { "b", "a", "B", "b", "é", "a" })
        {
            names.Add($"{name} {await _project.DeploymentAsync("a-server", await _project.ConfigAsync($$"""{"name": "{{name}}", "group": "script"}"""))}-1");
        }

        var entries = await (await Agent.OfAsync(_project)).EntriesAsync();

        Assert.Equal(
            [names[2], names[1], names[5], names[0], names[3], names[4]], entries.Select(entry => $"{entry!["name"]} {entry["id"]}"));
    }

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("FAILED")]
    [InlineData("IN_PROGRESS")]
    public async Task A_deployment_stays_whatever_its_status_because_some_hooks_tear_down_what_disappears(string status)
    {
        var deployment = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var before = (await agent.PollAsync()).Text;

        await _project.SendAsync("PUT", $"software_deployments/{deployment}", $$"""{"status": "{{status}}"}""");

        Assert.Equal($"{deployment}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
        Assert.Equal(before, (await agent.PollAsync()).Text);
    }

    [Fact]
    public async Task Another_servers_and_another_projects_deployments_are_not_there()
    {
        var other = ServiceApp.NewProject();
        await _project.DeploymentAsync("another-server");
        await other.DeploymentAsync("a-server");

        Assert.Empty(await (await Agent.OfAsync(_project)).EntriesAsync());
    }

    [Fact]
    public async Task The_document_is_the_same_to_the_byte_while_nothing_changes()
    {
        await _project.DeploymentAsync();
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        var first = await agent.PollAsync();
        // What happens elsewhere, and what the agent itself reports, changes nothing that is to be run.
        await _project.DeploymentAsync("another-server");
        var second = await agent.PollAsync();

        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public async Task A_report_leaves_the_document_as_it_is()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var before = (await agent.PollAsync()).Text;

        Assert.Equal(200, (await agent.SignalAsync("{}")).Status);

        Assert.Equal(before, (await agent.PollAsync()).Text);
    }

    [Fact]
    public async Task The_document_is_the_same_to_the_byte_after_a_restart()
    {
        using var folder = new TempFolder();
        var settings = new Dictionary<string, string> { ["PublicUrl"] = "https://deployments.example/heat" };
        string before, path;
        await using (var app = new ServiceApp(settings, folder.Name))
        {
            var project = new Project(app);
            await project.DeploymentAsync();
            path = (await Agent.UrlAsync(project))["https://deployments.example/heat".Length..];
            before = (await new Agent(app, path).PollAsync()).Text;
        }

        await using var again = new ServiceApp(settings, folder.Name);
        Assert.Equal(before, (await new Agent(again, path).PollAsync()).Text);
    }

    [Fact]
    public async Task A_poll_has_its_length_and_nothing_that_leads_to_a_304()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        var answer = await agent.PollAsync();

        Assert.Equal("application/json", answer.Headers["content-type"]);
        Assert.Equal($"{System.Text.Encoding.UTF8.GetByteCount(answer.Text)}", answer.Headers["content-length"]);
        Assert.False(answer.Headers.ContainsKey("etag"));
        Assert.False(answer.Headers.ContainsKey("last-modified"));
        Assert.Equal("no-store", answer.Headers["cache-control"]);
        Assert.Equal("no-referrer", answer.Headers["referrer-policy"]);
    }

    [Fact]
    public async Task A_conditional_poll_gets_the_whole_document()
    {
        var agent = await Agent.OfAsync(_project);
        using var request = new HttpRequestMessage(HttpMethod.Get, agent.Url);
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        request.Headers.TryAddWithoutValidation("If-Modified-Since", "Fri, 31 Dec 2100 23:59:59 GMT");

        Assert.Equal(200, (await _project.App.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_head_has_the_headers_of_a_get_and_no_body()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        string[] own = ["date", "x-openstack-request-id"];

        var get = await agent.PollAsync();
        var head = await agent.PollAsync("HEAD");

        Assert.Equal(200, head.Status);
        Assert.Empty(head.Text);
        Assert.Equal(
            get.Headers.Where(header => !own.Contains(header.Key)).OrderBy(header => header.Key),
            head.Headers.Where(header => !own.Contains(header.Key)).OrderBy(header => header.Key));
    }
}
