using DeploymentService.Tests.Support;
using DeploymentService.Tests.Waiting;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Limits;

/// <summary>How many requests a token may hold open, and all together.</summary>
public sealed class HeldLimitTests : IAsyncLifetime, IDisposable
{
    private readonly WaitClock _clock = new();
    private readonly ServiceApp _app;
    private readonly Project _project;
    private string _deployment = "";

    public HeldLimitTests()
    {
        _app = new ServiceApp(
            new()
            {
                ["Limits:Waiters"] = "4",
                ["Limits:WaitersInAll"] = "5",
                ["Limits:WaitFilters"] = "2",
                ["Limits:Streams"] = "1",
                ["Limits:StreamsInAll"] = "2",
            },
            replace: services => services.AddSingleton<TimeProvider>(_clock));
        _project = new(_app);
    }

    public async Task InitializeAsync()
    {
        _app.StartServer();
        _deployment = await _project.DeploymentAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("software_deployments/$ID?wait=300")]
    [InlineData("software_deployments?wait=300")]
    [InlineData("software_deployments/wait?timeout=300")]
    public async Task One_wait_too_many_is_refused_until_another_has_ended(string path)
    {
        path = path.Replace("$ID", _deployment, StringComparison.Ordinal);
        using var gone = new CancellationTokenSource();
        var waits = Enumerable.Range(0, 4).Select(_ => _project.GetAsync(path, end: gone.Token)).ToList();
        await _clock.WaitersAsync(4);
        AssertTooMany(await _project.GetAsync(path).PromptlyAsync(), "Limits:Waiters");

        // Another token has places of its own, and takes the last that there is.
        var other = await _project.TokenAsync("reader");
        var last = _project.GetAsync(path, token: other);
        await _clock.WaitersAsync();
        AssertTooMany(await _project.GetAsync(path, token: other).PromptlyAsync(), "Limits:WaitersInAll");

        // There is room when those who went away are gone.
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waits));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await _project.GetAsync("software_deployments?wait=0").PromptlyAsync()).Status != 200)
        {
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.False(last.IsCompleted);
        await _project.SendAsync("PUT", $"software_deployments/{_deployment}", """{"status": "COMPLETE"}""");
        Assert.Equal(200, (await last.PromptlyAsync()).Status);
    }

    [Fact]
    public async Task One_filter_too_many_is_refused_and_the_same_again_is_not()
    {
        Task<Answer>[] waits =
        [
            _project.GetAsync("software_deployments/wait?q=a&timeout=300"), _project.GetAsync("software_deployments?q=s&wait=300"), _project.GetAsync("software_deployments?q=s&wait=200"),
        ];
        await _clock.WaitersAsync(3);

        AssertTooMany(await _project.GetAsync("software_deployments?wait=300&q=e").PromptlyAsync(), "Limits:WaitFilters");
        AssertTooMany(await _project.GetAsync("software_deployments/wait?timeout=300&q=e").PromptlyAsync(), "Limits:WaitFilters");
        var other = _project.GetAsync("software_deployments?wait=300&q=e", token: await _project.TokenAsync("reader"));
        await _clock.WaitersAsync();

        await _project.SendAsync("PUT", $"software_deployments/{_deployment}", """{"status": "COMPLETE"}""");
        Assert.All(await Task.WhenAll(waits.Append(other).Select(wait => wait.PromptlyAsync())), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await _project.GetAsync("software_deployments?wait=300&q=e").PromptlyAsync()).Status);
    }

    [Fact]
    public async Task One_stream_too_many_is_refused_until_another_has_ended()
    {
        using var address = _app.CreateDefaultClient();
        // Whoever goes away goes at once, and reads nothing first.
        using var handler = new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero };
        using var client = new HttpClient(handler) { BaseAddress = address.BaseAddress };
        var stream = await FollowAsync(client, await _project.MemberTokenAsync());
        Assert.Equal(200, (int)stream.StatusCode);

        AssertTooMany(await _project.GetAsync("events").PromptlyAsync(), "Limits:Streams");
        using var second = await FollowAsync(client, await _project.TokenAsync("reader"));
        Assert.Equal(200, (int)second.StatusCode);
        AssertTooMany(await _project.GetAsync("events", token: await _project.TokenAsync("reader")).PromptlyAsync(), "Limits:StreamsInAll");

        stream.Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var again = await FollowAsync(client, await _project.MemberTokenAsync());
            if ((int)again.StatusCode == 200)
            {
                return;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static void AssertTooMany(Answer answer, string setting)
    {
        Assert.Contains(setting, answer.AssertRefused(429), StringComparison.Ordinal);
        Assert.Equal("5", answer.Headers["retry-after"]);
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{_project.Id}/events");
        request.Headers.Add("X-Auth-Token", token);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
