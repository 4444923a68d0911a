using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Waiting;

/// <summary>Waiting for one deployment.</summary>
public sealed class DeploymentWaitTests(WaitFixture room) : IClassFixture<WaitFixture>
{
    private readonly Project _project = room.NewProject();

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("FAILED")]
    public async Task One_at_its_end_is_answered_at_once(string status)
    {
        var deployment = await NewAsync(status);

        Assert.Equal(status, (await GetAsync(deployment, "?wait=300").PromptlyAsync()).Status());
    }

    [Theory]
    [InlineData("""{"status": "COMPLETE"}""", "COMPLETE")]
    [InlineData("""{"status": "FAILED", "status_reason": "by hand"}""", "FAILED")]
    public async Task The_answer_comes_with_the_end(string update, string status)
    {
        var deployment = await NewAsync();
        var waiting = GetAsync(deployment, "?wait=60");
        await room.Clock.WaitersAsync();
        Assert.False(waiting.IsCompleted);

        var updated = await _project.UpdateAsync(deployment, update);

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(status, answer.Status());
        Assert.StartsWith(updated.Headers["etag"][..^1] + ".", answer.Headers["etag"], StringComparison.Ordinal);
        Assert.Equal((await _project.GetAsync($"software_deployments/{deployment}?detail=true")).Text, answer.Text);
        Assert.Null(answer.Json["software_deployment"]!["waiting_for"]);
    }

    [Fact]
    public async Task A_signal_ends_it_too()
    {
        var deployment = await NewAsync();
        var waiting = GetAsync(deployment, "?wait=60&detail=false");
        await room.Clock.WaitersAsync();

        await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", """{"deploy_status_code": 3}""");

        var answer = await waiting.PromptlyAsync();
        Assert.Equal("FAILED", answer.Status());
        Assert.Equal((await _project.GetAsync($"software_deployments/{deployment}")).Text, answer.Text);
    }

    [Fact]
    public async Task What_does_not_end_it_does_not_end_the_wait()
    {
        var deployment = await NewAsync();
        var other = await NewAsync();
        var waiting = GetAsync(deployment, "?wait=60");
        await room.Clock.WaitersAsync();

        for (var update = 0; update < 3; update++)
        {
            await _project.UpdateAsync(deployment, $$"""{"status_reason": "step {{update}}"}""");
            // It looks, and goes on waiting for what is left.
            await room.Clock.WaitersAsync();
        }

        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");
        await room.Clock.WaitersAsync();
        await _project.UpdateAsync(other, """{"status": "COMPLETE"}""");
        Assert.False(waiting.IsCompleted);

        await _project.UpdateAsync(deployment, """{"status": "COMPLETE"}""");
        Assert.Equal("COMPLETE", (await waiting.PromptlyAsync()).Status());
    }

    [Fact]
    public async Task When_time_is_over_the_answer_is_the_state_as_it_is()
    {
        var deployment = await NewAsync();
        var waiting = GetAsync(deployment, "?wait=60");
        await room.Clock.WaitersAsync();
        room.Clock.Advance(TimeSpan.FromSeconds(59.9));
        Assert.False(waiting.IsCompleted);
        await _project.UpdateAsync(deployment, """{"status_reason": "still at it"}""");
        await room.Clock.WaitersAsync();

        // Some hundredths more than was asked for, so that not all come back in the same instant.
        room.Clock.Advance(TimeSpan.FromSeconds(2));

        var answer = await waiting.PromptlyAsync();
        Assert.Equal("IN_PROGRESS", answer.Status());
        Assert.Equal("still at it", answer.String("software_deployment", "status_reason"));
        Assert.NotNull(answer.Json["software_deployment"]!["waiting_for"]);
    }

    [Theory]
    [InlineData("1", 1, 1.03)]
    [InlineData("299", 299, 308)]
    [InlineData("300", 300, 309)]
    [InlineData("301", 300, 309)]
    [InlineData("4294967295", 300, 309)]
    public async Task Nobody_waits_longer_than_five_minutes(string wait, double least, double most)
    {
        var clock = new WaitClock();
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(clock));
        var project = new Project(app);
        var deployment = await project.DeploymentAsync();
        var waiting = project.GetAsync($"software_deployments/{deployment}?wait={wait}");
        await clock.WaitersAsync();

        Assert.InRange(clock.Waits.Last().TotalSeconds, least, most);
        clock.Advance(TimeSpan.FromSeconds(most + 1));
        Assert.Equal("IN_PROGRESS", (await waiting.PromptlyAsync()).Status());
    }

    [Fact]
    public async Task No_time_is_no_wait() => Assert.Equal("IN_PROGRESS", (await GetAsync(await NewAsync(), "?wait=0").PromptlyAsync()).Status());

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("60s")]
    [InlineData("true")]
    [InlineData("%20")]
    [InlineData("99999999999")]
    public async Task What_is_no_number_of_seconds_is_refused(string wait) => Assert.Contains(
        "wait: must be a whole number of seconds", (await GetAsync(await NewAsync(), $"?wait={wait}")).AssertRefused(400), StringComparison.Ordinal);

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        var message = (await GetAsync(await NewAsync(), "?wait=x&detail=y")).AssertRefused(400);

        Assert.Contains("wait: ", message, StringComparison.Ordinal);
        Assert.Contains("detail: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_deleted_meanwhile_is_not_there()
    {
        var deployment = await NewAsync();
        var waiting = GetAsync(deployment, "?wait=60");
        var watching = GetAsync(deployment, "?wait=60", "\"1\"");
        await room.Clock.WaitersAsync(2);

        await _project.DeleteAsync(deployment);

        (await waiting.PromptlyAsync()).AssertRefused(404);
        (await watching.PromptlyAsync()).AssertRefused(404);
        (await GetAsync(deployment, "?wait=60").PromptlyAsync()).AssertRefused(404);
    }

    [Fact]
    public async Task Agents_wait_for_their_own_servers_deployments_alone()
    {
        var deployment = await NewAsync();
        var own = await _project.TokenAsync("agent", "a-server");
        var foreign = await _project.TokenAsync("agent", "another");

        (await _project.GetAsync($"software_deployments/{deployment}?wait=60", token: foreign).PromptlyAsync()).AssertRefused(403);
        var waiting = _project.GetAsync($"software_deployments/{deployment}?wait=60", token: own);
        await room.Clock.WaitersAsync();
        await _project.UpdateAsync(deployment, """{"status": "COMPLETE"}""");
        Assert.Equal("COMPLETE", (await waiting.PromptlyAsync()).Status());
    }

    [Fact]
    public async Task Whoever_goes_away_leaves_nothing_behind()
    {
        var deployment = await NewAsync();
        using var gone = new CancellationTokenSource();
        var waits = Enumerable.Range(0, 20).Select(_ => _project.GetAsync($"software_deployments/{deployment}?wait=300", end: gone.Token)).ToList();
        var stays = GetAsync(deployment, "?wait=300");
        await room.Clock.WaitersAsync(21);
        Assert.Equal(1, Watches.OfDeployments(room.App, _project.Id));

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waits));
        await _project.UpdateAsync(deployment, """{"status": "COMPLETE"}""");
        Assert.Equal("COMPLETE", (await stays.PromptlyAsync()).Status());
        await Watches.AreGoneAsync(() => Watches.OfDeployments(room.App, _project.Id));
    }

    private Task<Answer> GetAsync(string deployment, string query, string? ifNoneMatch = null) =>
        _project.GetAsync($"software_deployments/{deployment}{query}", ifNoneMatch);

    private async Task<string> NewAsync(string? status = null) => await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: status);
}
