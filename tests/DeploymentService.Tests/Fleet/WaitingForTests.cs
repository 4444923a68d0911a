using System.Globalization;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Fleet;

/// <summary>The sentence that says why a deployment is still in progress.</summary>
public sealed class WaitingForTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", CultureInfo.InvariantCulture));
    private readonly ServiceApp _app;
    private readonly Project _project;

    public WaitingForTests()
    {
        _app = NewApp();
        _project = new Project(_app);
    }

    [Fact]
    public async Task The_server_never_asked() =>
        Assert.Equal("Never fetched by the agent: the server has never asked.", await SentenceAsync(await _project.DeploymentAsync()));

    [Fact]
    public async Task The_agent_asked_before_the_deployment_was_there()
    {
        await (await Agent.OfAsync(_project)).PollAsync();
        _time.Advance(TimeSpan.FromSeconds(20));
        var deployment = await _project.DeploymentAsync();

        Assert.Equal("Never fetched by the agent, which last asked at 2026-11-23T12:00:00Z.", await SentenceAsync(deployment));

        _time.Advance(TimeSpan.FromSeconds(281));
        Assert.Equal(
            "Never fetched by the agent, which last asked at 2026-11-23T12:00:00Z; the server is silent since 2026-11-23T12:00:00Z.", await SentenceAsync(deployment));
    }

    [Fact]
    public async Task It_was_fetched_and_nothing_came_back()
    {
        var deployment = await _project.DeploymentAsync();
        await FetchAsync(deployment);
        Assert.Equal("Fetched by the agent at 2026-11-23T12:00:00Z, and no end reported since.", await SentenceAsync(deployment));

        // A later poll is not when it was fetched, and the server is there.
        _time.Advance(TimeSpan.FromHours(1));
        await (await Agent.OfAsync(_project)).PollAsync();
        Assert.Equal("Fetched by the agent at 2026-11-23T12:00:00Z, and no end reported since.", await SentenceAsync(deployment));

        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(
            "Fetched by the agent at 2026-11-23T12:00:00Z, and no end reported since; the server is silent since 2026-11-23T13:00:00Z.", await SentenceAsync(deployment));
    }

    [Fact]
    public async Task A_report_was_refused()
    {
        var deployment = await _project.DeploymentAsync();
        await FetchAsync(deployment);
        _time.Advance(TimeSpan.FromSeconds(5));
        await _project.SendAsync("PUT", $"software_deployments/{deployment}", """{"status": "DONE"}""", await _project.TokenAsync("agent", "a-server"));

        Assert.Equal(
            "Fetched by the agent at 2026-11-23T12:00:00Z, and no end reported since; a report was refused at 2026-11-23T12:00:05Z because: "
            + "status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case.",
            await SentenceAsync(deployment));

        // One that is taken afterwards makes up for it.
        await _project.UpdateAsync(deployment, """{"status_reason": "at it"}""");
        Assert.Equal("Fetched by the agent at 2026-11-23T12:00:00Z, and no end reported since.", await SentenceAsync(deployment));
    }

    [Theory]
    [InlineData("""{"config": "x"}""")]
    [InlineData("""{"group": "Heat::Ungrouped", "config": "x"}""")]
    [InlineData("""{"group": "", "config": "x"}""")]
    public async Task Agents_do_not_run_a_config_without_a_group(string config) => Assert.Equal(
        "The config has no group, so that agents do not run it.", await SentenceAsync(await _project.DeploymentAsync("a-server", await _project.ConfigAsync(config))));

    [Fact]
    public async Task At_its_end_it_waits_for_nothing_until_it_is_run_again()
    {
        var deployment = await _project.DeploymentAsync();
        await FetchAsync(deployment);
        await _project.UpdateAsync(deployment, """{"status": "FAILED"}""");
        Assert.Null(await SentenceAsync(deployment));
        await _project.UpdateAsync(deployment, """{"status": "COMPLETE"}""");
        Assert.Null(await SentenceAsync(deployment));

        _time.Advance(TimeSpan.FromSeconds(30));
        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");
        Assert.Equal("Never fetched by the agent, which last asked at 2026-11-23T12:00:00Z.", await SentenceAsync(deployment));

        await FetchAsync(deployment);
        Assert.Equal("Fetched by the agent at 2026-11-23T12:00:30Z, and no end reported since.", await SentenceAsync(deployment));
    }

    [Theory]
    [InlineData("IN_PROGRESS", """{"input_values": {"foo": "another"}}""")]
    [InlineData("IN_PROGRESS", """{"action": "UPDATE"}""")]
    [InlineData("COMPLETE", """{"status": "IN_PROGRESS", "action": "UPDATE"}""")]
    public async Task What_is_to_be_run_has_changed_since_it_was_fetched(string status, string change)
    {
        var deployment = await _project.DeploymentAsync();
        await FetchAsync(deployment);
        await _project.UpdateAsync(deployment, $$"""{"status": "{{status}}"}""");

        await _project.UpdateAsync(deployment, change);

        Assert.Equal("Never fetched by the agent, which last asked at 2026-11-23T12:00:00Z.", await SentenceAsync(deployment));
    }

    [Fact]
    public async Task A_refusal_of_an_earlier_execution_is_over_with_the_next()
    {
        var deployment = await _project.DeploymentAsync();
        await _project.SendAsync("PUT", $"software_deployments/{deployment}", "no json");
        Assert.Contains("refused", await SentenceAsync(deployment), StringComparison.Ordinal);

        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");

        Assert.DoesNotContain("refused", await SentenceAsync(deployment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_overdue()
    {
        var deployment = await _project.DeploymentAsync();
        await _app.DisposeAsync();
        _folder.Database.Execute("UPDATE software_deployments SET lateness = 1, timeout = 90, deadline = 4102444800000");
        await using var app = NewApp();

        Assert.Equal(
            "Never fetched by the agent: the server has never asked; overdue: its timeout was 90 seconds.",
            await SentenceAsync(deployment, new Project(app, _project.Id)));
    }

    public void Dispose()
    {
        _app.Dispose();
        _folder.Dispose();
    }

    /// <summary>The sentence, which a list and a wait say too.</summary>
    private async Task<string?> SentenceAsync(string deployment, Project? project = null)
    {
        project ??= _project;
        var shown = await project.SendAsync("GET", $"software_deployments/{deployment}?detail=true");
        var waited = await project.SendAsync("GET", $"software_deployments/{deployment}?wait=0");
        var listed = await project.ListAsync("?detail=true");
        var sentence = shown.Json["software_deployment"]!["waiting_for"]?.GetValue<string>();
        Assert.Equal(sentence, waited.Json["software_deployment"]!["waiting_for"]?.GetValue<string>());
        Assert.Equal(sentence, listed.Json["software_deployments"]![0]!["waiting_for"]?.GetValue<string>());
        return sentence;
    }

    /// <summary>Lets the agent fetch, and waits until that is put down.</summary>
    private async Task FetchAsync(string deployment)
    {
        await (await Agent.OfAsync(_project)).PollAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _project.SendAsync("GET", $"software_deployments/{deployment}?detail=true")).Json["software_deployment"]!["fetched_time"] is null)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private ServiceApp NewApp() => new(folder: _folder.Name, replace: services => services.AddSingleton<TimeProvider>(_time));
}
