using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Runs;

/// <summary>A report that comes after the next run has begun.</summary>
public sealed class LateReportTests
{
    private const string Outputs = """[{"name": "trouble", "error_output": true}]""";

    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task It_fills_its_own_run_when_that_has_no_end()
    {
        var (id, agent, url) = await HandedOutAsync();
        await _project.RunAgainAsync(id);
        var before = (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Text;

        Assert.Equal(200, (await agent.SendAsync("PUT", url, """{"deploy_stdout": "x", "trouble": "bad"}""")).Status);

        var run = await _project.RunAsync(id, 1);
        Assert.Equal(("FAILED", "trouble : bad"), (run.Field("status"), run.Field("status_reason")));
        Assert.Equal("""{"trouble":"bad","deploy_stdout":"x","deploy_stderr":null,"deploy_status_code":null}""", run.Outputs());
        Assert.NotNull(run["fetched_time"]);
        Assert.NotNull(run["ended_time"]);
        // The deployment is at its next run.
        Assert.Equal(before, (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Text);
        var late = await _project.UntilAsync(id, "late");
        Assert.Equal(1, late["execution"]!.GetValue<int>());
        Assert.Equal("It was about run 1, which has it now; the deployment stays as it is.", late["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_does_so_once()
    {
        var (id, agent, url) = await HandedOutAsync();
        await _project.RunAgainAsync(id);
        await agent.SendAsync("PUT", url, """{"deploy_status_code": 0}""");
        var first = (await _project.RunAsync(id, 1)).ToJsonString();

        Assert.Equal(200, (await agent.SendAsync("PUT", url, """{"deploy_status_code": 1}""")).Status);

        Assert.Equal(first, (await _project.RunAsync(id, 1)).ToJsonString());
        Assert.Equal(
            "It was about an older execution, and changed nothing.", (await _project.UntilAsync(id, "late", times: 2))["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_changes_nothing_of_a_run_that_has_ended()
    {
        var (id, agent, url) = await HandedOutAsync();
        await _project.PutAsync(id, """{"status": "COMPLETE", "output_values": {"a": 1}}""");
        await _project.RunAgainAsync(id);
        var before = (await _project.RunAsync(id, 1)).ToJsonString();

        Assert.Equal(200, (await agent.SendAsync("PUT", url, """{"deploy_status_code": 1}""")).Status);

        Assert.Equal(before, (await _project.RunAsync(id, 1)).ToJsonString());
    }

    [Fact]
    public async Task It_is_understood_without_the_config_that_it_ran()
    {
        var (id, agent, url) = await HandedOutAsync();
        var first = (await _project.RunAsync(id, 1)).Field("config_id");
        await _project.PutAsync(id, $$"""{"config_id": "{{await _project.ConfigAsync()}}"}""");
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{first}")).Status);

        Assert.Equal(200, (await agent.SendAsync("PUT", url, """{"deploy_status_code": 3, "deploy_stderr": "y", "trouble": "bad"}""")).Status);

        var run = await _project.RunAsync(id, 1);
        Assert.Equal((first, "FAILED"), (run.Field("config_id"), run.Field("status")));
        Assert.Equal("""{"deploy_stdout":null,"deploy_stderr":"y","deploy_status_code":3}""", run.Outputs());
    }

    [Fact]
    public async Task A_rotated_URL_fills_nothing()
    {
        var (id, agent, url) = await HandedOutAsync();
        await _project.RunAgainAsync(id);
        await Agent.UrlAsync(_project, body: """{"rotate": true}""");

        Assert.Equal(404, (await agent.SendAsync("PUT", url, "{}")).Status);

        Assert.Equal("IN_PROGRESS", (await _project.RunAsync(id, 1)).Field("status"));
    }

    /// <summary>A deployment, whose agent has it, and knows where to report.</summary>
    private async Task<(string Id, Agent Agent, string Url)> HandedOutAsync()
    {
        var id = await _project.DeploymentAsync(configId: await _project.ConfigAsync($$"""{"group": "script", "config": "#!/bin/sh", "outputs": {{Outputs}}}"""));
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());
        await _project.UntilAsync(id, "fetched");
        return (id, agent, url);
    }
}
