using DeploymentService.Storage;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using DeploymentService.Tests.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Storage;

/// <summary>Who follows the log may fail: it is behind then, it says so, and it comes back; and the writer and the others go on.</summary>
public sealed class EventLogTests
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly FaultyFollowers _faults = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    public static TheoryData<string> Followers => [.. FaultyFollowers.Names];

    [Theory]
    [MemberData(nameof(Followers))]
    public async Task A_follower_that_throws_is_behind_until_it_has_read_what_it_missed(string name)
    {
        using var logged = Start();
        var project = new Project(logged.App);
        using var stream = await Follower.OpenAsync(project, after: 0);
        var (id, deleted) = (await project.DeploymentAsync(), await project.DeploymentAsync());
        await AssertReadyAsync(logged.App);

        _faults.Break(name);
        await PutAsync(project, id, "IN_PROGRESS");
        await project.SendAsync("DELETE", $"software_deployments/{deleted}");
        var created = await project.DeploymentAsync("another-server");
        for (var retry = 0; retry < 3; retry++)
        {
            _time.Advance(RetryDelay);
        }

        var unready = await logged.App.SendRawAsync("GET", "/health/ready");
        Assert.Equal(503, unready.Status);
        Assert.Equal($"More than a second behind the log: {name}. It is tried again, and the service's log says why.", unready.Message);
        Assert.Equal(200, (await logged.App.SendRawAsync("GET", "/health/live")).Status);
        await PutAsync(project, id, "FAILED");
        // The table is asked too, so that a history is never behind.
        Assert.Equal(["created", "update", "update"], (await project.HistoryAsync(id)).Select(Histories.Kind));

        _faults.Mend(name);
        await UntilReadyAsync(logged.App);
        await PutAsync(project, created, "COMPLETE");

        await project.AssertAgreesAsync();
        Assert.Equal(["created", "update", "update"], (await project.HistoryAsync(id)).Select(Histories.Kind));
        Assert.Equal(Enumerable.Range(3, 7).Select(number => (long)number), (await stream.EventsAsync(7)).Select(Histories.Sequence));
        await logged.Log.UntilAsync("has caught up with the log");
        Assert.Single(logged.Log.Events, evt => evt.MessageTemplate.Text.Contains("is behind the log", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("software_deployments/summary")]
    [InlineData("software_deployments?status=FAILED")]
    [InlineData("software_deployments?wait=30")]
    [InlineData("software_deployments/wait")]
    [InlineData("servers")]
    public async Task What_needs_the_fleet_waits_two_seconds_for_it_and_is_503_then(string path)
    {
        using var logged = Start();
        var project = new Project(logged.App);
        var id = await project.DeploymentAsync();
        await UntilReadyAsync(logged.App);
        _faults.Break("fleet");
        await PutAsync(project, id, "FAILED");

        var begun = _time.GetUtcNow();
        var refused = await AdvanceUntilAsync(project.GetAsync(path), TimeSpan.FromMilliseconds(100));

        Assert.Equal("The lists are behind the latest changes: try again in a moment.", refused.AssertRefused(503));
        Assert.Equal("1", refused.Headers["retry-after"]);
        Assert.True(_time.GetUtcNow() - begun >= TimeSpan.FromSeconds(2));
        // What the database answers needs nobody.
        Assert.Equal("FAILED", (await project.GetAsync("software_deployments")).Json["software_deployments"]![0]!["status"]!.GetValue<string>());
        Assert.Equal("FAILED", (await project.GetAsync($"software_deployments/{id}")).Status());

        _faults.Mend("fleet");
        var answer = refused;
        for (var tries = 0; answer.Status == 503 && tries < 1000; tries++)
        {
            // The time of this test does not wait for a database that is far away.
            answer = await AdvanceUntilAsync(project.GetAsync(path), TimeSpan.FromMilliseconds(100));
        }

        Assert.True(answer.Status is 200 or 409, answer.Text);
        await project.AssertAgreesAsync();
    }

    [Fact]
    public async Task Who_waits_for_a_deployment_hears_of_it_when_the_waits_have_caught_up()
    {
        using var logged = Start();
        var project = new Project(logged.App);
        var id = await project.DeploymentAsync();
        var waiting = project.GetAsync($"software_deployments/{id}?wait=60&detail=false");
        while (Watches.OfDeployments(logged.App, project.Id) == 0)
        {
            await Task.Yield();
        }

        _faults.Break("waits");
        await PutAsync(project, id, "COMPLETE", """{"an": "output"}""");
        Assert.False(waiting.IsCompleted);
        _faults.Mend("waits");
        await UntilReadyAsync(logged.App);

        var answer = await waiting.PromptlyAsync();
        Assert.Equal("COMPLETE", answer.Status());
        Assert.Equal("output", answer.Json["software_deployment"]!["output_values"]!["an"]!.GetValue<string>());
    }

    [Fact]
    public async Task Fleets_that_fail_again_and_again_while_many_write_agree_in_the_end()
    {
        using var logged = Start();
        var project = new Project(logged.App);
        var clients = new RandomClients(project, seed: 7);
        for (var round = 0; round < 5; round++)
        {
            _faults.Break("fleet");
            await clients.RunAsync(clients: 4, requests: 100);
            _faults.Mend("fleet");
            // While it reads, they go on.
            var running = clients.RunAsync(clients: 4, requests: 100);
            _time.Advance(RetryDelay);
            await running;
        }

        await UntilReadyAsync(logged.App);
        await project.AssertAgreesAsync();
    }

    [Fact]
    public async Task The_order_in_which_followers_are_registered_makes_no_difference()
    {
        await using var app = new ServiceApp(replace: services => _faults.Install(services, isReversed: true));
        app.StartServer();
        var project = new Project(app);
        await new RandomClients(project, seed: 8).RunAsync(clients: 4, requests: 300);
        await project.AssertAgreesAsync();

        var id = await project.DeploymentAsync("the-server");
        var waits = new[] { "software_deployments/wait?server_id=the-server", "software_deployments?server_id=the-server&wait=50", $"software_deployments/{id}?wait=50" }
            .Select(path => project.GetAsync(path)).ToList();
        await PutAsync(project, id, "COMPLETE");

        Assert.All(await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(60)), answer => Assert.Equal(200, answer.Status));
    }

    private LoggedApp Start() => new(services =>
    {
        services.AddSingleton<TimeProvider>(_time);
        _faults.Install(services);
    });

    private static async Task PutAsync(Project project, string id, string status, string outputs = "{}")
    {
        var answer = await project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"status": "{{status}}", "output_values": {{outputs}}}""");
        Assert.True(answer.Status == 200, answer.Text);
    }

    private static async Task AssertReadyAsync(ServiceApp app)
    {
        var ready = await app.SendRawAsync("GET", "/health/ready");
        Assert.True(ready.Status == 200, ready.Text);
    }

    /// <summary>Lets time pass until an answer is there, and no more than it takes.</summary>
    private async Task<Answer> AdvanceUntilAsync(Task<Answer> answer, TimeSpan step)
    {
        while (!answer.IsCompleted)
        {
            _time.Advance(step);
            await Task.WhenAny(answer, Task.Run(() => { }));
        }

        return await answer;
    }

    /// <summary>Lets time pass until all followers are at the end of the log, which takes as long as it takes.</summary>
    private async Task UntilReadyAsync(ServiceApp app)
    {
        do
        {
            _time.Advance(RetryDelay);
        }
        while ((await app.SendRawAsync("GET", "/health/ready")).Status != 200 || app.Services.GetServices<ILogFollower>().Any(IsBehind));

        bool IsBehind(ILogFollower follower) => follower.Position < app.Services.GetRequiredService<EventLog>().End;
    }
}
