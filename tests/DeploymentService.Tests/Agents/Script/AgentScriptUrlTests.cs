using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents.Script;

/// <summary>Where agent.sh is, and for whom.</summary>
public sealed class AgentScriptUrlTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task It_is_a_script_that_no_cache_keeps_and_counts_as_a_fetch()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        var headers = await agent.SendAsync("HEAD", agent.Url + "/agent.sh");
        Assert.DoesNotContain("\"fetched\"", await EventsAsync(id), StringComparison.Ordinal);
        var answer = await agent.SendAsync("GET", agent.Url + "/agent.sh");

        Assert.Equal((200, 200, ""), (headers.Status, answer.Status, headers.Text));
        Assert.All([headers, answer], one => Assert.Equal(
            ("text/x-shellscript; charset=utf-8", "no-store", "no-referrer"), (one.Headers["content-type"], one.Headers["cache-control"], one.Headers["referrer-policy"])));
        Assert.DoesNotContain("#@", answer.Text, StringComparison.Ordinal);
        Assert.Contains(Agent.SignalUrl(await agent.EntryAsync()), answer.Text, StringComparison.Ordinal);
        await _project.SendAsync("PUT", $"software_deployments/{id}", "{}");
        Assert.Contains("\"fetched\"", await EventsAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_ended_is_not_in_it()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        Assert.Equal(200, (await agent.SignalAsync("{}")).Status);

        Assert.DoesNotContain("program()", (await agent.SendAsync("GET", agent.Url + "/agent.sh")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/agent.s")]
    [InlineData("/agent.sh/agent.sh")]
    [InlineData("x/agent.sh")]
    [InlineData("/x/agent.sh")]
    public async Task Another_url_leads_nowhere(string suffix)
    {
        var agent = await Agent.OfAsync(_project);

        Assert.Equal(404, (await agent.SendAsync("GET", agent.Url + suffix)).Status);
        Assert.Equal(405, (await agent.SendAsync("PUT", agent.Url + "/agent.sh", "")).Status);
    }

    [Fact]
    public async Task A_rotated_url_has_no_script()
    {
        var agent = await Agent.OfAsync(_project);
        await Agent.UrlAsync(_project, body: """{"rotate": true}""");

        Assert.Equal(404, (await agent.SendAsync("GET", agent.Url + "/agent.sh")).Status);
    }

    private async Task<string> EventsAsync(string id) => (await _project.SendAsync("GET", $"software_deployments/{id}/events")).Text;
}
