using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>
/// When an agent's fetch is in the history. It is written behind the agent's back, but before whatever is written afterwards: so each test ends with an update.
/// </summary>
public sealed class FetchedTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_first_poll_of_an_execution_is_one_and_no_other()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        await agent.PollAsync();
        await agent.PollAsync();
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await agent.PollAsync();
        await agent.PollAsync();

        Assert.Equal(
            [
                "created 1 ->IN_PROGRESS member", "fetched 1 IN_PROGRESS>IN_PROGRESS agent", "run 2 IN_PROGRESS>IN_PROGRESS member",
                "fetched 2 IN_PROGRESS>IN_PROGRESS agent", "update 2 IN_PROGRESS>COMPLETE member",
            ],
            await EndAsync(id));
    }

    [Fact]
    public async Task A_poll_for_the_head_alone_fetches_nothing()
    {
        var id = await _project.DeploymentAsync();

        Assert.Equal(200, (await (await Agent.OfAsync(_project)).PollAsync("HEAD")).Status);

        Assert.Equal(["created 1 ->IN_PROGRESS member", "update 1 IN_PROGRESS>COMPLETE member"], await EndAsync(id));
    }

    [Fact]
    public async Task Polls_at_once_are_one_fetch()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => agent.PollAsync()));

        Assert.Equal(["created", "fetched", "update"], (await EndAsync(id)).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task A_fetch_is_of_everything_that_is_to_be_run_and_of_nothing_else()
    {
        var (first, second, ended) = (await _project.DeploymentAsync(), await _project.DeploymentAsync(), await _project.DeploymentAsync());
        var withoutGroup = await _project.DeploymentAsync("a-server", await _project.ConfigAsync("""{"name": "a"}"""));
        var elsewhere = await _project.DeploymentAsync("another-server");
        await _project.UpdateAsync(ended, """{"status": "FAILED"}""");

        await (await Agent.OfAsync(_project)).PollAsync();

        var fetched = new List<bool>();
        foreach (var id in new[] { first, second, ended, withoutGroup, elsewhere })
        {
            fetched.Add((await EndAsync(id)).Any(line => line.StartsWith("fetched", StringComparison.Ordinal)));
        }

        Assert.Equal([true, true, false, false, false], fetched);
    }

    [Fact]
    public async Task An_agents_metadata_is_a_fetch_and_a_members_or_readers_is_none()
    {
        var id = await _project.DeploymentAsync();
        var agent = await _project.TokenAsync("agent", "a-server");

        await _project.SendAsync("GET", "software_deployments/metadata/a-server");
        await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: await _project.TokenAsync("reader"));
        await _project.UpdateAsync(id, "{}");
        var poll = await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: agent);
        await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: agent);

        Assert.Equal(["created", "update", "fetched", "update"], (await EndAsync(id)).Select(line => line.Split(' ')[0]));
        var fetched = (await _project.HistoryAsync(id))[2];
        Assert.Equal("""{"name":"agent-of-a-test","role":"agent"}""", fetched["who"]!.ToJsonString());
        Assert.Equal(poll.Headers["x-openstack-request-id"], fetched["request_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_fetch_is_no_new_state()
    {
        var id = await _project.DeploymentAsync();
        var before = await _project.SendAsync("GET", $"software_deployments/{id}");
        var barrier = await _project.DeploymentAsync("another-server");

        await (await Agent.OfAsync(_project)).PollAsync();
        await _project.UpdateAsync(barrier, "{}");

        Assert.Equal(["created", "fetched"], (await _project.HistoryAsync(id)).Select(Histories.Kind));
        var after = await _project.SendAsync("GET", $"software_deployments/{id}");
        Assert.Equal(before.Text, after.Text);
        Assert.Equal(before.Headers["etag"], after.Headers["etag"]);
    }

    private async Task<List<string>> EndAsync(string id)
    {
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");
        return [.. await _project.LinesAsync(id)];
    }
}
