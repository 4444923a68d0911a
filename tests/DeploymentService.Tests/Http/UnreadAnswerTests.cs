using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Http;

/// <summary>Answers whose size a client decides, and clients that do not read them.</summary>
public sealed class UnreadAnswerTests(UnreadAnswerTests.Room room) : IClassFixture<UnreadAnswerTests.Room>, IDisposable
{
    // Shorter than any other time that is waited for.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private const int Rows = 16;
    private const int ValueLength = 900_000;
    private readonly ServiceApp _app = room.App;
    private readonly PieceClock _time = room.Time;

    public void Dispose() => _time.Wait = TimeSpan.Zero;

    [Theory]
    [InlineData("software_deployments")]
    [InlineData("software_deployments?detail=true")]
    [InlineData("software_deployments/metadata/a-server")]
    [InlineData("agent")]
    [InlineData("software_deployments/$LARGE")]
    public async Task Whoever_does_not_read_loses_the_connection(string path)
    {
        var project = await room.ReadOnly.Value;
        using var silent = await NeglectAsync(project, path);

        var received = await silent.ReadToEndAsync();
        Assert.InRange(received.Length, 0, (Rows - 2) * ValueLength);
        // Others are served all the while.
        Assert.Equal(200, (await project.Of.SendAsync("GET", $"software_deployments/{project.Deployments[0]}")).Status);
    }

    [Fact]
    public async Task Whoever_does_not_read_the_stream_loses_it_and_goes_on_behind_the_last_event()
    {
        // More than is under way between the two, however large the buffers are.
        const int backlog = 3000;
        var project = new Project(_app);
        await project.UpdateManyAsync(await project.DeploymentAsync(), backlog, new string('漢', 995));

        using var silent = await NeglectAsync(new(project, []), "events?last_event_id=0");

        Assert.InRange((await silent.ReadToEndAsync()).Length, 0, backlog * 900);
        using var follower = await Follower.OpenAsync(project, after: 0);
        var first = _app.Database.Number("SELECT min(sequence) FROM deployment_events WHERE subject IS NULL AND project_id = @project", ("project", project.Id));
        Assert.Equal(first, (await follower.EventsAsync(backlog))[0].Sequence());
    }

    [Theory]
    [InlineData("software_deployments")]
    [InlineData("software_deployments/metadata/a-server")]
    [InlineData("agent")]
    [InlineData("software_deployments/$LARGE")]
    public async Task Whoever_reads_slowly_gets_everything(string path)
    {
        using var slow = await AskAsync(await room.ReadOnly.Value, path);
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
        var project = await FilledAsync(_app);
        var token = role is null ? null : await project.Of.TokenAsync(role, "a-server");
        using var silent = await NeglectAsync(project, path, token);
        await silent.ReadToEndAsync();

        Assert.DoesNotContain("fetched", await KindsAsync(project.Of, project.Deployments[0]));
        Assert.DoesNotContain("fetched", await KindsAsync(project.Of, project.Deployments[^1]));

        using var whole = await AskAsync(project, path, token);
        await whole.ReadToEndAsync();

        // Behind an event that came after the fetch.
        await project.Of.UpdateAsync(project.Deployments[0], "{}");
        await project.Of.UpdateAsync(project.Deployments[^1], "{}");
        Assert.Contains("fetched", await KindsAsync(project.Of, project.Deployments[0]));
        Assert.Contains("fetched", await KindsAsync(project.Of, project.Deployments[^1]));
    }

    [Fact]
    public async Task What_is_under_way_is_not_withdrawn_and_what_is_not_is()
    {
        var project = await FilledAsync(_app);
        var agent = await Agent.OfAsync(project.Of);
        var waits = _time.Next;
        using (await AskAsync(project, "agent"))
        {
            // The first is on its way, and the last is not: only so much fits between the two.
            await waits;

            await project.Of.UpdateAsync(project.Deployments[0], """{"status": "FAILED"}""");
            await project.Of.UpdateAsync(project.Deployments[^1], """{"status": "FAILED"}""");

            var ids = (await agent.EntriesAsync()).Select(entry => entry!["id"]!.GetValue<string>()).ToList();
            Assert.Equal(project.Deployments[..^1].Select(id => id + "-1"), ids);
        }

        // The other tests count requests.
        await room.Requests.NoneAsync();
    }

    /// <summary>Asks, and lets time pass until the request has ended.</summary>
    private async Task<SilentReader> NeglectAsync(Filled project, string path, string? token = null)
    {
        var next = _time.Next;
        var silent = await AskAsync(project, path, token);
        var ended = next.ContinueWith(_ => room.Requests.NoneAsync(), TaskScheduler.Default).Unwrap();
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, next);
            next = _time.Next;
            _time.Advance(Deadline);
        }

        await ended;
        return silent;
    }

    private async Task<SilentReader> AskAsync(Filled project, string path, string? token = null)
    {
        if (path == "agent")
        {
            return await SilentReader.AskAsync(_app, new Uri((await Agent.OfAsync(project.Of)).Url).AbsolutePath, null);
        }

        var of = project.Of;
        if (path.Contains("$LARGE", StringComparison.Ordinal))
        {
            of = new Project(_app);
            var large = await of.DeploymentAsync();
            var agent = await Agent.OfAsync(of);
            Assert.Equal(200, (await agent.SignalAsync($$"""{"deploy_stdout": "{{new string('x', (Rows - 1) * ValueLength)}}"}""")).Status);
            path = path.Replace("$LARGE", large, StringComparison.Ordinal);
        }

        return await SilentReader.AskAsync(_app, $"/v1/{of.Id}/{path}", token ?? await of.MemberTokenAsync());
    }

    private static async Task<IEnumerable<string>> KindsAsync(Project project, string deployment) => (await project.HistoryAsync(deployment)).Select(Histories.Kind);

    private static async Task<Filled> FilledAsync(ServiceApp app)
    {
        var filled = new Filled(new(app), []);
        var value = new string('x', ValueLength);
        for (var number = 0; number < Rows; number++)
        {
            var config = await filled.Of.ConfigAsync($$"""{"name": "{{number:00}}", "group": "script", "config": "{{value}}"}""");
            filled.Deployments.Add(await filled.Of.DeploymentAsync("a-server", config));
            await filled.Of.UpdateAsync(filled.Deployments[^1], $$"""{"output_values": {"v": "{{value}}"} }""");
        }

        return filled;
    }

    /// <summary>A project of many bytes, and its deployments in their order.</summary>
    internal sealed record Filled(Project Of, List<string> Deployments);

    /// <summary>An application whose time the tests let pass, and a project whose rows they only read.</summary>
    public sealed class Room : IDisposable
    {
        public Room()
        {
            Time = new();
            App = new(new() { ["Limits:AnswerPieceSeconds"] = "1" }, replace: services => services.AddSingleton<TimeProvider>(Time));
            App.StartServer();
            Requests = new(App);
            ReadOnly = new(() => FilledAsync(App));
        }

        public ServiceApp App { get; }

        internal PieceClock Time { get; }

        internal ActiveRequests Requests { get; }

        internal Lazy<Task<Filled>> ReadOnly { get; }

        public void Dispose()
        {
            Requests.Dispose();
            App.Dispose();
        }
    }

    /// <summary>A clock that knows when the service begins to wait for a client.</summary>
    internal sealed class PieceClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero))
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
