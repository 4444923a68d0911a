using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>A server that is gone can be removed: nobody is shown it, and nothing that it had is good for anything.</summary>
public sealed class ServerRemovalTests : IDisposable
{
    private readonly Project _project = ServiceApp.NewProject();
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_removed_server_is_not_listed_and_what_has_ended_stays()
    {
        var ended = await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: "COMPLETE");
        await _project.DeploymentAsync("another-server");
        var agent = await Agent.OfAsync(_project);
        Assert.Equal(200, (await agent.PollAsync()).Status);

        await RemoveAsync();

        Assert.Equal(["another-server"], await ServersAsync());
        Assert.Equal(["another-server"], await ServersAsync("?q=server&silent=false"));
        Assert.Empty(await ServersAsync("?server_id=a-server"));
        var summary = (await _project.SendAsync("GET", "software_deployments/summary")).Json["summary"]!;
        Assert.Equal("1 0 1", $"{summary["servers"]} {summary["silent_servers"]} {summary["by_status"]!["COMPLETE"]}");
        Assert.Equal([ended], await _project.IdsAsync("?server_id=a-server&status=COMPLETE"));
        Assert.Equal(["created"], (await _project.HistoryAsync(ended)).Select(evt => evt.Kind()));
        (await _project.SendAsync("DELETE", "servers/a-server")).AssertRefused(404);
    }

    [Fact]
    public async Task A_server_that_has_something_in_progress_is_removed_only_by_those_who_say_what_becomes_of_it()
    {
        await _project.DeploymentAsync();
        await _project.DeploymentAsync();

        var message = (await _project.SendAsync("DELETE", "servers/a-server")).AssertRefused(409);

        Assert.Equal("The server has 2 deployments in progress: remove it with deployments=fail or deployments=delete.", message);
        Assert.Equal(["a-server"], await ServersAsync());
        Assert.Equal(200, (await (await Agent.OfAsync(_project)).PollAsync()).Status);
        foreach (var query in new[] { "deployments=keep", "deployments=fail&deployments=delete", "deployment=fail", "deployments=fail&force=true" })
        {
            (await _project.SendAsync("DELETE", $"servers/a-server?{query}")).AssertRefused(400);
        }

        Assert.Equal(2, (await _project.IdsAsync("?status=IN_PROGRESS")).Length);
    }

    [Fact]
    public async Task What_is_in_progress_fails_with_a_reason_and_an_event_of_who_did_it()
    {
        var config = await _project.ConfigAsync();
        var ended = await _project.CreateAsync(config, "a-server", status: "COMPLETE");
        var id = (await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server", "timeout": 60}"""))
            .String("software_deployment", "id")!;
        var elsewhere = await _project.DeploymentAsync("another-server");
        using var stream = await Follower.OpenAsync(_project);

        await RemoveAsync("?deployments=fail");

        var shown = (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!;
        Assert.Equal("FAILED", shown["status"]!.GetValue<string>());
        Assert.Equal("The server was removed while the deployment was in progress", shown["status_reason"]!.GetValue<string>());
        Assert.Null(shown["deadline"]);
        var evt = (await _project.HistoryAsync(id))[^1];
        Assert.Equal("update 1 IN_PROGRESS>FAILED member", evt.Line());
        Assert.Equal("member-of-a-test", evt["who"]!["name"]!.GetValue<string>());
        Assert.Equal(evt.ToJsonString(), Assert.Single(await stream.EventsAsync(1)).ToJsonString());
        Assert.Equal([ended], await _project.IdsAsync("?status=COMPLETE"));
        Assert.Equal([elsewhere], await _project.IdsAsync("?status=IN_PROGRESS"));
        Assert.Equal(["another-server"], await ServersAsync());
    }

    [Fact]
    public async Task What_is_in_progress_is_deleted_and_its_history_stays()
    {
        var ended = await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: "FAILED");
        var id = await _project.DeploymentAsync();

        await RemoveAsync("?deployments=delete");

        Assert.Equal([ended], await _project.IdsAsync());
        var evt = (await _project.HistoryAsync(id))[^1];
        Assert.Equal("deleted 1 IN_PROGRESS>- member", evt.Line());
        Assert.Equal("The server was removed while the deployment was in progress", evt.Reason());
    }

    [Fact]
    public async Task Its_urls_and_tokens_are_worthless_and_do_not_bring_it_back()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var signal = Agent.SignalUrl(await agent.EntryAsync());
        var token = await _project.TokenAsync("agent", "a-server");
        var another = await _project.TokenAsync("agent", "another-server");
        Assert.Equal(200, (await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: token)).Status);

        await RemoveAsync("?deployments=fail");

        (await agent.PollAsync()).AssertRefused(404);
        (await agent.SendAsync("PUT", signal, "{}")).AssertRefused(404);
        Assert.Equal(401, (await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: token)).Status);
        Assert.Equal(200, (await _project.SendAsync("GET", "software_deployments/metadata/another-server", token: another)).Status);
        Assert.Equal("refused 1 FAILED>FAILED agent", (await _project.HistoryAsync(id))[^1].Line());
        Assert.Empty(await ServersAsync("?server_id=a-server"));
        var tokens = await _project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken);
        Assert.DoesNotContain("\"a-server\"", tokens.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("report")]
    [InlineData("deployment")]
    [InlineData("ended deployment")]
    [InlineData("run")]
    public async Task It_comes_back_when_it_is_heard_of_or_is_given_something_to_do(string how)
    {
        var config = await _project.ConfigAsync();
        var old = await _project.CreateAsync(config, "a-server", status: "COMPLETE");
        await RemoveAsync();

        switch (how)
        {
            case "fetch":
                Assert.Equal(200, (await (await Agent.OfAsync(_project)).PollAsync()).Status);
                break;
            case "report":
                await DeploymentLists.UpdateAsync(_project, old, "{}", await _project.TokenAsync("agent", "a-server"));
                break;
            case "run":
                Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{old}/run")).Status);
                break;
            default:
                await _project.CreateAsync(config, "a-server", status: how == "deployment" ? null : "COMPLETE");
                break;
        }

        var server = Assert.Single((await _project.SendAsync("GET", "servers")).Json["servers"]!.AsArray())!;
        Assert.Equal("a-server", server["server_id"]!.GetValue<string>());
        Assert.Equal(how is "fetch", server["last_fetch_time"] is not null);
        Assert.Equal(how is "report", server["last_report_time"] is not null);
    }

    [Fact]
    public async Task What_somebody_else_does_to_an_ended_deployment_does_not_bring_it_back()
    {
        var old = await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: "COMPLETE");
        await RemoveAsync();

        await DeploymentLists.UpdateAsync(_project, old, """{"status": "FAILED", "status_reason": "x"}""");

        Assert.Empty(await ServersAsync());
    }

    [Fact]
    public async Task One_that_comes_again_with_a_new_url_works()
    {
        await _project.DeploymentAsync();
        var first = await Agent.OfAsync(_project);
        await RemoveAsync("?deployments=delete");
        var again = await Agent.OfAsync(_project);
        var id = await _project.DeploymentAsync();

        Assert.NotEqual(first.Url, again.Url);
        Assert.Equal(200, (await again.SignalAsync("{}")).Status);
        Assert.Equal("COMPLETE", (await _project.SendAsync("GET", $"software_deployments/{id}")).String("software_deployment", "status"));
        await RemoveAsync();
        Assert.Equal(404, (await again.PollAsync()).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b?c#d é😀 %2F")]
    public async Task A_server_that_was_only_heard_of_is_removed_for_good(string suffix)
    {
        var server = "a-server" + suffix;
        await (await Agent.OfAsync(_project, server)).PollAsync();
        Assert.Equal([server], await ServersAsync());

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"servers/{Uri.EscapeDataString(server)}")).Status);

        Assert.Empty(await ServersAsync());
    }

    [Fact]
    public async Task Unknown_is_what_nobody_has_heard_of_here()
    {
        await ServiceApp.NewProject().DeploymentAsync("elsewhere");

        Assert.Equal("Server with id elsewhere not found", (await _project.SendAsync("DELETE", "servers/elsewhere")).AssertRefused(404));
    }

    [Fact]
    public async Task It_is_hidden_over_a_restart_and_so_is_its_return()
    {
        string id;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app);
            id = project.Id;
            var config = await project.ConfigAsync();
            foreach (var server in new[] { "gone", "heard", "given" })
            {
                await project.CreateAsync(config, server, status: "COMPLETE");
                await (await Agent.OfAsync(project, server)).PollAsync();
                Assert.Equal(204, (await project.SendAsync("DELETE", $"servers/{server}")).Status);
            }

            await (await Agent.OfAsync(project, "heard")).PollAsync();
            await project.CreateAsync(config, "given", status: "COMPLETE");
        }

        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, id);
            Assert.Equal(["given", "heard"], (await project.SendAsync("GET", "servers")).Json["servers"]!.AsArray().Select(Name));
            Assert.Equal(3, (await project.IdsAsync("?server_id=gone")).Length + (await project.IdsAsync("?server_id=given")).Length);
            (await project.SendAsync("DELETE", "servers/gone")).AssertRefused(404);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string Name(JsonNode? server) => server!["server_id"]!.GetValue<string>();

    private async Task RemoveAsync(string query = "") =>
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"servers/a-server{query}")).Status);

    private async Task<IEnumerable<string>> ServersAsync(string query = "") =>
        (await _project.SendAsync("GET", "servers" + query)).Json["servers"]!.AsArray().Select(Name);
}
