using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Http;

/// <summary>Answers whose size a client decides, and clients that do not read them.</summary>
public sealed class UnreadAnswerTests : IAsyncLifetime, IDisposable
{
    // Shorter than any other time that is waited for.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private const int Rows = 16;
    private const int ValueLength = 900_000;
    private readonly PieceClock _time = new();
    private readonly ServiceApp _app;
    private readonly Project _project;
    private readonly List<string> _deployments = [];

    public UnreadAnswerTests()
    {
        _app = new(new() { ["Limits:AnswerPieceSeconds"] = "1" }, replace: services => services.AddSingleton<TimeProvider>(_time));
        _project = new(_app);
    }

    public async Task InitializeAsync()
    {
        _app.StartServer();
        var value = new string('x', ValueLength);
        for (var number = 0; number < Rows; number++)
        {
            var config = await _project.ConfigAsync($$"""{"name": "{{number:00}}", "group": "script", "config": "{{value}}"}""");
            _deployments.Add(await _project.DeploymentAsync("a-server", config));
            await _project.UpdateAsync(_deployments[^1], $$"""{"output_values": {"v": "{{value}}"} }""");
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("software_deployments")]
    [InlineData("software_deployments?detail=true")]
    [InlineData("software_deployments/metadata/a-server")]
    [InlineData("agent")]
    [InlineData("software_deployments/$LARGE")]
    public async Task Whoever_does_not_read_loses_the_connection(string path)
    {
        using var silent = await NeglectAsync(path);

        var received = await silent.ReadToEndAsync();
        Assert.InRange(received.Length, 0, (Rows - 2) * ValueLength);
        // Others are served all the while.
        Assert.Equal(200, (await _project.SendAsync("GET", $"software_deployments/{_deployments[0]}")).Status);
    }

    [Fact]
    public async Task Whoever_does_not_read_the_stream_loses_it_and_goes_on_behind_the_last_event()
    {
        const int backlog = 3000;
        await _project.UpdateManyAsync(_deployments[0], backlog, new string('漢', 995));

        using var silent = await NeglectAsync("events?last_event_id=0");

        Assert.InRange((await silent.ReadToEndAsync()).Length, 0, backlog * 900);
        using var follower = await Follower.OpenAsync(_project, after: 0);
        var first = _project.App.Database.Number("SELECT min(sequence) FROM deployment_events WHERE subject IS NULL AND project_id = @project", ("project", _project.Id));
        Assert.Equal(first, (await follower.EventsAsync(backlog))[0].Sequence());
    }

    [Theory]
    [InlineData("software_deployments")]
    [InlineData("software_deployments/metadata/a-server")]
    [InlineData("agent")]
    [InlineData("software_deployments/$LARGE")]
    public async Task Whoever_reads_slowly_gets_everything(string path)
    {
        using var slow = await AskAsync(path);
        var begun = _time.GetTimestamp();
        _time.Wait = Deadline * 0.9;

        var received = await slow.ReadToEndAsync();

        Assert.True(_time.GetElapsedTime(begun) > 2 * Deadline);
        Assert.InRange(received.Length, (Rows - 2) * ValueLength, int.MaxValue);
        // One value has its length in the headers, and what is put together of many ends with the chunk that ends it.
        Assert.EndsWith(path.Contains("$LARGE", StringComparison.Ordinal) ? "}}" : "]}\r\n0\r\n\r\n", received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent", null)]
    [InlineData("software_deployments/metadata/a-server", "agent")]
    public async Task What_did_not_arrive_was_not_fetched(string path, string? role)
    {
        var token = role is null ? null : await _project.TokenAsync(role, "a-server");
        using var silent = await NeglectAsync(path, token);
        await silent.ReadToEndAsync();

        Assert.DoesNotContain("fetched", await KindsAsync(_deployments[0]));
        Assert.DoesNotContain("fetched", await KindsAsync(_deployments[^1]));

        using var whole = await AskAsync(path, token);
        await whole.ReadToEndAsync();

        // Behind an event that came after the fetch.
        await _project.UpdateAsync(_deployments[0], "{}");
        await _project.UpdateAsync(_deployments[^1], "{}");
        Assert.Contains("fetched", await KindsAsync(_deployments[0]));
        Assert.Contains("fetched", await KindsAsync(_deployments[^1]));
    }

    [Fact]
    public async Task What_is_under_way_is_not_withdrawn_and_what_is_not_is()
    {
        var agent = await Agent.OfAsync(_project);
        var waits = _time.Next;
        using var silent = await AskAsync("agent");
        // The first is on its way, and the last is not: only so much fits between the two.
        await waits;

        await _project.UpdateAsync(_deployments[0], """{"status": "FAILED"}""");
        await _project.UpdateAsync(_deployments[^1], """{"status": "FAILED"}""");

        var ids = (await agent.EntriesAsync()).Select(entry => entry!["id"]!.GetValue<string>()).ToList();
        Assert.Equal(_deployments[..^1].Select(id => id + "-1"), ids);
    }

    /// <summary>Asks, and lets time pass until the request has ended.</summary>
    private async Task<SilentReader> NeglectAsync(string path, string? token = null)
    {
        using var requests = new ActiveRequests(_app);
        var next = _time.Next;
        var silent = await AskAsync(path, token);
        var ended = next.ContinueWith(_ => requests.NoneAsync(), TaskScheduler.Default).Unwrap();
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, next);
            next = _time.Next;
            _time.Advance(Deadline);
        }

        await ended;
        return silent;
    }

    private async Task<SilentReader> AskAsync(string path, string? token = null)
    {
        if (path == "agent")
        {
            return await SilentReader.AskAsync(_app, new Uri((await Agent.OfAsync(_project)).Url).AbsolutePath, null);
        }

        if (path.Contains("$LARGE", StringComparison.Ordinal))
        {
            var large = await _project.DeploymentAsync("another-server");
            var agent = await Agent.OfAsync(_project, "another-server");
            Assert.Equal(200, (await agent.SignalAsync($$"""{"deploy_stdout": "{{new string('x', (Rows - 1) * ValueLength)}}"}""")).Status);
            path = path.Replace("$LARGE", large, StringComparison.Ordinal);
        }

        return await SilentReader.AskAsync(_app, $"/v1/{_project.Id}/{path}", token ?? await _project.MemberTokenAsync());
    }

    private async Task<IEnumerable<string>> KindsAsync(string deployment) => (await _project.HistoryAsync(deployment)).Select(Histories.Kind);

    /// <summary>A clock that knows when the service begins to wait for a client.</summary>
    private sealed class PieceClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero))
    {
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends with the next wait that begins.</summary>
        public Task Next => _next.Task;

        /// <summary>How long each wait takes that begins from now on.</summary>
        public TimeSpan Wait { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == Deadline && period == Timeout.InfiniteTimeSpan)
            {
                Advance(Wait);
                Interlocked.Exchange(ref _next!, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }

            return timer;
        }
    }
}
