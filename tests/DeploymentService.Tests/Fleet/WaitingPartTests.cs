using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>The parts of why a deployment is still in progress, code by code, and their sentence.</summary>
public sealed class WaitingPartTests(TimedApp timed) : IClassFixture<TimedApp>
{
    private readonly Project _project = timed.NewProject();

    [Fact]
    public async Task Never_fetched()
    {
        var id = await _project.DeploymentAsync();
        var part = Assert.Single(await _project.PartsAsync(id));
        Assert.Equal(["code", "time", "detail"], part.AsObject().Select(member => member.Key));
        Assert.Equal("""{"code":"never_fetched","time":null,"detail":"never fetched by the agent: the server has never asked"}""", part.ToJsonString());

        await (await Agent.OfAsync(_project, "b-server")).PollAsync();
        var asked = Now();
        timed.Pass(10);
        part = Assert.Single(await _project.PartsAsync(await _project.DeploymentAsync("b-server")));
        Assert.Equal(("never_fetched", asked), (WaitingParts.Code(part), WaitingParts.Time(part)));
    }

    [Fact]
    public async Task Fetched_and_then_silent()
    {
        var id = await FetchedAsync();
        var fetched = Now();
        var part = Assert.Single(await _project.PartsAsync(id));
        Assert.Equal(("fetched", fetched), (WaitingParts.Code(part), WaitingParts.Time(part)));

        timed.Pass(301);
        Assert.Equal([("fetched", fetched), ("server_silent", fetched)], (await _project.PartsAsync(id)).Select(part => (WaitingParts.Code(part), WaitingParts.Time(part))));
    }

    [Fact]
    public async Task A_report_was_refused()
    {
        var id = await FetchedAsync();
        timed.Pass(5);
        await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "DONE"}""", await _project.TokenAsync("agent", "a-server"));

        var parts = await _project.PartsAsync(id);

        Assert.Equal(["fetched", "report_refused"], parts.Select(WaitingParts.Code));
        Assert.Equal(Now(), WaitingParts.Time(parts[1]));
        Assert.Contains("status: must be COMPLETE, IN_PROGRESS or FAILED", WaitingParts.Detail(parts[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overdue_has_the_time_at_which_it_became_so()
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        var overdue = await _project.UntilAsync(id, "overdue");
        await _project.UpdateAsync(id, """{"status_reason": "nothing new"}""");

        var parts = await _project.PartsAsync(id);

        Assert.Equal(["never_fetched", "overdue"], parts.Select(WaitingParts.Code));
        Assert.Equal(overdue["time"]!.GetValue<string>(), WaitingParts.Time(parts[1]));
        Assert.Equal("overdue: its timeout was 30 seconds", WaitingParts.Detail(parts[1]));
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
        var part = Assert.Single(await _project.PartsAsync(id));
        Assert.Equal(("set_in_progress_by_hand", time), (WaitingParts.Code(part), WaitingParts.Time(part)));
        Assert.Equal($"set in progress by hand at {time}, which starts no new run: POST /v1/{_project.Id}/software_deployments/{id}/run does", WaitingParts.Detail(part));

        // As it says.
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/run")).Status);
        Assert.Equal("never_fetched", WaitingParts.Code(Assert.Single(await _project.PartsAsync(id))));
    }

    [Fact]
    public async Task Set_in_progress_by_hand_before_any_agent_had_it()
    {
        var id = await _project.DeploymentAsync();
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(["set_in_progress_by_hand", "never_fetched"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));

        // Then it runs when it is fetched.
        await _project.FetchAsync(id);
        Assert.Equal(["fetched"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
    }

    [Theory]
    [InlineData("""{"action": "UPDATE"}""")]
    [InlineData("""{"action": "UPDATE", "status": "IN_PROGRESS"}""")]
    public async Task What_begins_a_run_is_not_by_hand(string change)
    {
        var id = await FetchedAsync();
        await EndAsync(id, "COMPLETE", "PUT");

        await _project.UpdateAsync(id, change);
        Assert.Equal(["never_fetched"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));

        // Until that run has ended as well.
        await _project.FetchAsync(id);
        await EndAsync(id, "FAILED", "PUT");
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(["set_in_progress_by_hand"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
    }

    [Fact]
    public async Task A_change_that_waited_begins_with_the_status_and_is_not_by_hand()
    {
        var id = await FetchedAsync();
        await _project.UpdateAsync(id, """{"status": "COMPLETE", "action": "UPDATE"}""");

        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");

        Assert.Equal(["never_fetched"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
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
        var parts = await _project.PartsAsync(id);
        Assert.Equal([("never_fetched", good), ("rotated_url", since)], parts.Select(part => (WaitingParts.Code(part), WaitingParts.Time(part))));
        Assert.Equal($"the agent asks with a URL that was rotated, since {since} and last at {Now()}: give it the server's new one", WaitingParts.Detail(parts[1]));

        timed.Pass(301);
        Assert.Equal(["never_fetched", "rotated_url", "server_silent"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));

        await next.PollAsync("HEAD");
        Assert.Contains("rotated_url", (await _project.PartsAsync(id)).Select(WaitingParts.Code));
        await _project.FetchAsync(id, next);
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        Assert.Equal(["never_fetched"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
    }

    [Fact]
    public async Task An_agent_that_never_had_a_good_url_since_the_rotation()
    {
        var old = await Agent.OfAsync(_project);
        await Agent.OfAsync(_project, body: """{"rotate": true}""");
        var id = await _project.DeploymentAsync();
        await old.PollAsync();

        var parts = await _project.PartsAsync(id);

        Assert.Equal(["never_fetched", "rotated_url"], parts.Select(WaitingParts.Code));
        Assert.Equal("never fetched by the agent", WaitingParts.Detail(parts[0]));
    }

    [Fact]
    public async Task An_agent_that_polls_with_a_url_that_has_expired()
    {
        var agent = await Agent.OfAsync(_project, body: """{"expires_in": 60}""");
        var id = await _project.DeploymentAsync();
        timed.Pass(60);
        Assert.Equal(404, (await agent.PollAsync()).Status);

        var part = (await _project.PartsAsync(id))[1];

        Assert.Equal("rotated_url", WaitingParts.Code(part));
        Assert.StartsWith("the agent asks with a URL that has expired, since ", WaitingParts.Detail(part), StringComparison.Ordinal);
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

        Assert.Equal(["never_fetched"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
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

    private async Task<string> FetchedAsync()
    {
        var id = await _project.DeploymentAsync();
        await _project.FetchAsync(id);
        return id;
    }

    private Task EndAsync(string id, string status, string way) => way == "PUT"
        ? _project.UpdateAsync(id, $$"""{"status": "{{status}}"}""")
        : _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");

    private string Now() => timed.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
