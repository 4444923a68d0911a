using DeploymentService.Auth;
using DeploymentService.Limits;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Limits;

/// <summary>Answers that look at much come a few at a time to a token; others wait for their turn, for a while.</summary>
public sealed class HeavyReadTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly DueClock _clock = new(Patience);
    private readonly ServiceApp _app;
    private readonly Project _project;

    public HeavyReadTests()
    {
        _app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(_clock));
        _project = new(_app);
    }

    public Task InitializeAsync()
    {
        _app.StartServer();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("software_deployments")]
    [InlineData("software_deployments?limit=1001")]
    [InlineData("software_deployments?limit=10&q=x")]
    [InlineData("software_deployments?limit=10&sort_key=status")]
    [InlineData("software_deployments?values=false")]
    [InlineData("software_deployments/summary")]
    [InlineData("software_deployments/wait?timeout=1")]
    [InlineData("software_configs")]
    [InlineData("servers")]
    [InlineData("servers?limit=10&q=x")]
    [InlineData("software_deployments/$ID/events")]
    [InlineData("software_deployments/$ID/runs")]
    public async Task The_third_waits_for_its_turn_and_is_refused_when_that_does_not_come(string path)
    {
        var id = await _project.DeploymentAsync();
        await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");
        path = path.Replace("$ID", id, StringComparison.Ordinal);
        using var one = await TurnAsync(await _project.MemberTokenAsync());
        using var two = await TurnAsync(await _project.MemberTokenAsync());

        var refused = _project.SendAsync("GET", path);
        await _clock.BegunAsync();
        Assert.False(refused.IsCompleted);
        _clock.Advance(Patience);
        Assert.Contains("Limits:HeavyReads", (await refused).AssertRefused(429), StringComparison.Ordinal);
        Assert.Equal("1", (await refused).Headers["retry-after"]);

        // Another token has turns of its own, and whoever is patient enough has the next of this one.
        var waiting = _project.SendAsync("GET", path);
        await _clock.BegunAsync();
        Assert.Equal(200, (await _project.SendAsync("GET", path, token: await _project.TokenAsync("reader"))).Status);
        Assert.False(waiting.IsCompleted);
        two!.Dispose();
        Assert.Equal(200, (await waiting).Status);
    }

    [Theory]
    [InlineData("software_deployments?limit=1000")]
    [InlineData("software_deployments?limit=10&server_id=x&status=FAILED&sort_dir=desc")]
    [InlineData("software_configs?limit=10")]
    [InlineData("servers?limit=10")]
    [InlineData("software_deployments/$ID")]
    [InlineData("software_deployments/$ID/events?limit=10")]
    [InlineData("software_deployments/$ID/runs?limit=10")]
    [InlineData("software_deployments/metadata/a-server")]
    public async Task A_page_needs_no_turn(string path)
    {
        path = path.Replace("$ID", await _project.DeploymentAsync(), StringComparison.Ordinal);
        using var one = await TurnAsync(await _project.MemberTokenAsync());
        using var two = await TurnAsync(await _project.MemberTokenAsync());

        Assert.Equal(200, (await _project.SendAsync("GET", path)).Status);
    }

    [Fact]
    public async Task A_turn_ends_with_its_request()
    {
        await _project.DeploymentAsync();
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(200, (await _project.SendAsync("GET", "software_deployments")).Status);
        }

        using var one = await TurnAsync(await _project.MemberTokenAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _project.SendAsync("GET", "software_deployments/summary")));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
    }

    /// <summary>A turn of a token, until it is given back.</summary>
    private async Task<IDisposable?> TurnAsync(string secret) => await _app.Services.GetRequiredService<HeavyReads>().TurnAsync(
        new DefaultHttpContext { User = _app.Services.GetRequiredService<TokenRegistry>().Find(TokenSecret.Hash(secret))!.Caller.Principal });
}
