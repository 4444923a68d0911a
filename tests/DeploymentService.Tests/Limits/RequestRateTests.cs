using System.Globalization;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Limits;

/// <summary>A token and a server have so many requests a second, and an agent's reports are never refused for it.</summary>
public sealed class RequestRateTests : IAsyncLifetime, IDisposable
{
    // So many more than there are at once that some are refused however slowly they go out.
    private const int Many = 60;

    private readonly ServiceApp _app = new(new()
    {
        ["Limits:RequestsPerSecond"] = "1",
        ["Limits:RequestBurst"] = "10",
        ["Limits:AgentRequestsPerSecond"] = "1",
        ["Limits:AgentRequestBurst"] = "3",
    });

    private readonly Project _project;

    public RequestRateTests() => _project = new(_app);

    public Task InitializeAsync()
    {
        _app.StartServer();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("/healthcheck")]
    [InlineData("/health/ready")]
    [InlineData("/health/live")]
    public async Task The_health_is_answered_whatever_the_token_that_asks_has_used(string path)
    {
        var token = await _project.TokenAsync("reader");
        await ManyAsync(() => _project.SendAsync("GET", "caller", token: token));

        var answers = await ManyAsync(() => _app.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Auth-Token", token } } }));

        Assert.Equal([200], answers.Select(answer => answer.Status).Distinct());
    }

    [Fact]
    public async Task A_token_that_asks_too_often_is_told_when_to_come_again()
    {
        var token = await _project.TokenAsync("reader");
        var other = await _project.TokenAsync("reader");

        var answers = await ManyAsync(() => _project.SendAsync("GET", "caller", token: token));

        Assert.Equal([200, 429], answers.Select(answer => answer.Status).Distinct().Order());
        foreach (var refused in answers.Where(answer => answer.Status == 429))
        {
            Assert.Contains("Limits:RequestsPerSecond", refused.AssertRefused(429), StringComparison.Ordinal);
            Assert.InRange(int.Parse(refused.Headers["retry-after"], CultureInfo.InvariantCulture), 1, 60);
        }

        Assert.Equal(200, (await _project.SendAsync("GET", "caller", token: other)).Status);
        // It has its share again without anything being done about it.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _project.SendAsync("GET", "caller", token: token)).Status != 200)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_session_counts_as_its_token()
    {
        var secret = await _project.TokenAsync("member");
        var sessions = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            sessions.Add((await _app.SignInAsync("member-of-a-test", secret)).Session());
        }

        var answers = await Task.WhenAll(sessions.SelectMany(session => Enumerable.Range(0, 10).Select(_ => _project.SendAsync("GET", "caller", token: session))));

        Assert.Contains(answers, answer => answer.Status == 429);
    }

    [Fact]
    public async Task Signing_in_counts_as_a_request_of_the_token()
    {
        var secret = await _project.TokenAsync("member");

        var answers = await ManyAsync(() => _app.SignInAsync("member-of-a-test", secret));

        Assert.Equal([201, 429], answers.Select(answer => answer.Status).Distinct().Order());
        var refused = answers.First(answer => answer.Status == 429);
        Assert.Contains("Limits:RequestsPerSecond", refused.Text, StringComparison.Ordinal);
        Assert.InRange(int.Parse(refused.Headers["retry-after"], CultureInfo.InvariantCulture), 1, 60);
    }

    [Fact]
    public async Task Whoever_is_not_known_is_not_counted()
    {
        var answers = await ManyAsync(() => _project.SendAsync("GET", "caller", token: "nobody"));

        Assert.All(answers, answer => Assert.Equal(401, answer.Status));
    }

    [Fact]
    public async Task Reports_of_agents_are_never_refused()
    {
        var id = await _project.DeploymentAsync();
        var agent = await _project.TokenAsync("agent", "a-server");
        var url = Agent.SignalUrl(await (await Agent.OfAsync(_project)).EntryAsync());

        var updates = await ManyAsync(() => _project.SendAsync("PUT", $"software_deployments/{id}", """{"status_reason": "x"}""", agent));
        var signals = await ManyAsync(() => _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}", agent));
        var byUrl = await ManyAsync(() => new Agent(_app, url).SendAsync("PUT", url, "{}"));
        var looks = await ManyAsync(() => _project.SendAsync("GET", $"software_deployments/{id}", token: agent));

        Assert.All(updates.Concat(signals).Concat(byUrl), answer => Assert.Equal(200, answer.Status));
        Assert.Contains(looks, answer => answer.Status == 429);
    }

    [Fact]
    public async Task An_update_by_a_member_counts()
    {
        var id = await _project.DeploymentAsync();

        var answers = await ManyAsync(() => _project.SendAsync("PUT", $"software_deployments/{id}", """{"status_reason": "x"}"""));

        Assert.Equal([200, 429], answers.Select(answer => answer.Status).Distinct().Order());
    }

    [Fact]
    public async Task A_server_whose_url_is_asked_too_often_is_refused_alone()
    {
        var agent = await Agent.OfAsync(_project);
        var other = await Agent.OfAsync(_project, "other");

        var answers = await ManyAsync(() => agent.PollAsync());

        Assert.Equal([200, 429], answers.Select(answer => answer.Status).Distinct().Order());
        Assert.Contains("Limits:AgentRequestsPerSecond", answers.First(answer => answer.Status == 429).AssertRefused(429), StringComparison.Ordinal);
        Assert.Equal(200, (await other.PollAsync()).Status);
        // A forged one is no server's.
        Assert.Equal(404, (await agent.SendAsync("GET", agent.Url[..^1] + (agent.Url[^1] == 'A' ? 'B' : 'A'))).Status);
    }

    private static Task<Answer[]> ManyAsync(Func<Task<Answer>> send) => Task.WhenAll(Enumerable.Range(0, Many).Select(_ => send()));
}
