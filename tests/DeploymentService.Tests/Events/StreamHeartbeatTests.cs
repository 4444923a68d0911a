using DeploymentService.Auth;
using DeploymentService.Tests.Auth.Keystone;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Events;

/// <summary>What comes while nothing happens, and what ends a stream whose token has ended.</summary>
public sealed class StreamHeartbeatTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly WatchedTime _time = new(Heartbeat);
    private readonly ServiceApp _app;
    private readonly Project _project;

    public StreamHeartbeatTests()
    {
        // The clock may pass by minutes while a line is on its way, which is no slow client.
        _app = new(new() { ["Limits:AnswerPieceSeconds"] = "0" }, replace: services => services.AddSingleton<TimeProvider>(_time));
        _project = new(_app);
    }

    public Task InitializeAsync()
    {
        _app.StartServer();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_comment_with_the_id_comes_every_fifteen_seconds()
    {
        var id = await _project.DeploymentAsync();
        using var follower = await Follower.OpenAsync(_project);
        var place = (await follower.BlockAsync()).Id;

        await _time.PassAsync(Heartbeat);
        Assert.Equal(new Block(place, null, null, "nothing happened"), await follower.BlockAsync());

        await _time.PassAsync(Heartbeat - TimeSpan.FromSeconds(1));
        await _project.UpdateAsync(id, "{}");
        Assert.Equal("update", Assert.Single(await follower.EventsAsync(1)).Kind());
        await _time.PassAsync(Heartbeat);
        Assert.Equal(new Block(place + 1, null, null, "nothing happened"), await follower.BlockAsync());
    }

    [Fact]
    public async Task The_id_moves_on_over_what_was_not_for_the_follower()
    {
        var id = await _project.DeploymentAsync();
        using var follower = await Follower.OpenAsync(_project, "?server_id=another-server");
        var place = (await follower.BlockAsync()).Id!.Value;
        await _project.UpdateAsync(id, "{}");
        // Its token is an event, too.
        await new Project(_app).DeploymentAsync();

        // The first says where the follower was before that, unless it was woken by the update.
        var seen = (await _time.PassUntilAsync(follower.BlockAsync())).Id!.Value;
        Assert.InRange(seen, place, place + 3);
        Assert.Equal(place + 3, (await _time.PassUntilAsync(follower.BlockAsync())).Id);
    }

    [Fact]
    public async Task However_busy_other_servers_are_a_filtered_stream_says_something_every_fifteen_seconds()
    {
        var id = await _project.DeploymentAsync();
        using var follower = await Follower.OpenAsync(_project, "?server_id=another-server");
        var place = (await follower.BlockAsync()).Id!.Value;

        for (var beat = 0; beat < 3; beat++)
        {
            // Something happens more often than the stream would have to speak.
            for (var second = 0; second < 5; second++)
            {
                await _project.UpdateAsync(id, "{}");
                place++;
                _time.Advance(Heartbeat / 5);
            }

            await _project.UpdateAsync(id, "{}");
            place++;
            Assert.Equal("nothing happened", (await follower.BlockAsync()).Comment);
        }

        // The last that it said is where it goes on, and not where it began.
        var last = (await _time.PassUntilAsync(follower.BlockAsync())).Id!.Value;
        Assert.InRange(last, place - 1, place);
        using var again = await Follower.OpenAsync(_project, "?server_id=another-server", last);
        Assert.Equal(last, (await again.BlockAsync()).Id);
    }

    [Fact]
    public async Task A_revoked_token_ends_its_stream_within_fifteen_seconds_whenever_the_stream_spoke_last()
    {
        var id = await _project.DeploymentAsync();
        var token = await _project.SendAsync("POST", "tokens", """{"name": "n", "role": "reader"}""", ServiceApp.AdminToken);
        using var follower = await Follower.OpenAsync(_project, token: token.String("token", "secret"));
        await follower.BlockAsync();
        await _time.PassAsync(Heartbeat - TimeSpan.FromSeconds(1));
        await _project.UpdateAsync(id, "{}");
        await follower.EventsAsync(1);
        await _project.SendAsync("DELETE", $"tokens/{token.String("token", "id")}", token: ServiceApp.AdminToken);

        // Before the next heartbeat.
        await _time.PassAsync(TokenWatch.Interval);

        Assert.Null(await follower.NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_is_revoked_or_over_ends_its_stream(bool isRevoked)
    {
        var token = await _project.SendAsync("POST", "tokens", """{"name": "n", "role": "reader", "expires_in": 40}""", ServiceApp.AdminToken);
        using var follower = await Follower.OpenAsync(_project, token: token.String("token", "secret"));
        using var other = await Follower.OpenAsync(_project);
        await follower.BlockAsync();
        await _time.PassAsync(Heartbeat, waits: 2);
        Assert.Equal("nothing happened", (await follower.BlockAsync()).Comment);
        if (isRevoked)
        {
            await _project.SendAsync("DELETE", $"tokens/{token.String("token", "id")}", token: ServiceApp.AdminToken);
            await _time.PassAsync(Heartbeat, waits: 2);
        }
        else
        {
            await _time.PassAsync(Heartbeat, waits: 2);
            Assert.Equal("nothing happened", (await follower.BlockAsync()).Comment);
            await _time.PassAsync(Heartbeat, waits: 2);
        }

        // The heartbeat that was due may still come.
        while (await NextAsync(follower) is { } block)
        {
            Assert.Equal("nothing happened", block.Comment);
        }

        // Whoever's token is good follows on.
        await _project.DeploymentAsync();
        Assert.Equal("created", Assert.Single(await other.EventsAsync(1)).Kind());
    }

    [Fact]
    public async Task A_busy_stream_ends_with_its_token_too()
    {
        var id = await _project.DeploymentAsync();
        var token = await _project.SendAsync("POST", "tokens", """{"name": "n", "role": "reader"}""", ServiceApp.AdminToken);
        using var follower = await Follower.OpenAsync(_project, token: token.String("token", "secret"));
        await _project.UpdateAsync(id, "{}");
        await follower.EventsAsync(1);

        await _project.SendAsync("DELETE", $"tokens/{token.String("token", "id")}", token: ServiceApp.AdminToken);
        _time.Advance(Heartbeat - TimeSpan.FromSeconds(1));
        await _project.UpdateAsync(id, "{}");
        _time.Advance(TimeSpan.FromSeconds(2));
        await _project.UpdateAsync(id, """{"status_reason": "not for the revoked"}""");

        while (await NextAsync(follower) is { } block)
        {
            Assert.NotEqual("not for the revoked", block.Data?.Reason());
        }
    }

    [Fact]
    public async Task A_token_that_keystone_has_revoked_ends_its_stream()
    {
        await using var keystone = new FakeKeystone { Time = _time };
        await keystone.StartAsync();
        var token = keystone.Token("p-1", ["reader"]);
        await using var app = keystone.Service();
        var client = app.CreateDefaultClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", token);
        using var follower = await Follower.OpenAsync(client, "/v1/p-1/events", after: null);
        await follower.BlockAsync();
        keystone.Revoke(token);

        // The first beats belong to the time for which Keystone's answer counts.
        while (await _time.PassUntilAsync(NextAsync(follower)) is { } block)
        {
            Assert.Equal("nothing happened", block.Comment);
        }
    }

    /// <summary>The next block; null when the stream has ended. A token that ends in the middle of a beat ends the connection, and not only the stream.</summary>
    private static async Task<Block?> NextAsync(Follower follower)
    {
        try
        {
            return await follower.NextAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
