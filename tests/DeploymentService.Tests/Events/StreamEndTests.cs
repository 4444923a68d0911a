using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>Streams end when somebody ends them, and one that does not read is in nobody's way.</summary>
public sealed class StreamEndTests : IAsyncLifetime, IDisposable
{
    private const int Backlog = 3000;

    private readonly ServiceApp _app = new();
    private Project _project = null!;
    private string _id = "";

    public async Task InitializeAsync()
    {
        _app.StartServer();
        _project = new(_app);
        _id = await _project.DeploymentAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_client_that_goes_away_is_forgotten()
    {
        using var requests = new ActiveRequests(_app);
        var followers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Follower.OpenAsync(_project)));
        foreach (var follower in followers)
        {
            await follower.BlockAsync();
        }

        Assert.Equal(20, requests.Count);
        foreach (var follower in followers)
        {
            follower.Dispose();
        }

        await requests.NoneAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_in_nobodys_way()
    {
        using var follower = await Follower.OpenAsync(_project);
        var alone = await FollowUpdatesAsync(follower);
        using var stalled = await StalledAsync();
        await follower.EventsAsync(Backlog);

        var beside = await FollowUpdatesAsync(follower);

        // The web server gives a connection up that takes nothing for five seconds: nobody waited for that.
        Assert.True(beside < (4 * alone) + TimeSpan.FromSeconds(3), $"{beside} instead of {alone}");
    }

    [Fact]
    public async Task The_service_stops_at_once_whoever_follows()
    {
        using var stalled = await StalledAsync();
        using var follower = await Follower.OpenAsync(_project);
        await follower.BlockAsync();

        var watch = Stopwatch.StartNew();
        await _app.DisposeAsync();

        // A connection that is not given up would be waited for 30 seconds.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
        // The one who reads sees a proper end.
        Assert.Null(await follower.NextAsync());
    }

    /// <summary>How long it takes to make updates, and to hear of each before the next.</summary>
    private async Task<TimeSpan> FollowUpdatesAsync(Follower follower)
    {
        var watch = Stopwatch.StartNew();
        for (var number = 0; number < 50; number++)
        {
            await _project.UpdateAsync(_id, $$"""{"status_reason": "{{number}}"}""");
            Assert.Equal($"{number}", Assert.Single(await follower.EventsAsync(1)).Reason());
        }

        return watch.Elapsed;
    }

    /// <summary>A connection whose stream is full: it has asked for everything, and reads nothing.</summary>
    private async Task<TcpClient> StalledAsync()
    {
        // Nine megabytes: more than what fits between the two.
        await _project.UpdateManyAsync(_id, Backlog, new string('漢', 995));
        using var client = _app.CreateDefaultClient();
        var tcp = new TcpClient { ReceiveBufferSize = 8192 };
        await tcp.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        var request = $"GET /v1/{_project.Id}/events?last_event_id=0 HTTP/1.1\r\nHost: a\r\nX-Auth-Token: {ServiceApp.AdminToken}\r\n\r\n";
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        // It has begun.
        Assert.Equal(1, await tcp.GetStream().ReadAsync(new byte[1]));
        return tcp;
    }
}
