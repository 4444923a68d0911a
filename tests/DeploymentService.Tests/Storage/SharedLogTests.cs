using DeploymentService.Storage;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using DeploymentService.Tests.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Storage;

/// <summary>The log of a database that others write to: in its order, each event once, read once for all; and never an answer from memory that is older than the question.</summary>
public sealed class SharedLogTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SharedLog _shared = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private readonly LoggedApp _logged;
    private readonly Project _project;
    private string _deployment = "";
    private long _begin;

    public SharedLogTests()
    {
        _logged = new(services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            _shared.Install(services);
        });
        _project = new(_logged.App);
    }

    private EventLog Log => _logged.App.Services.GetRequiredService<EventLog>();

    /// <summary>The clock stands still, so nobody looks at the log unless a test wants it.</summary>
    public async Task InitializeAsync()
    {
        _deployment = await _project.DeploymentAsync();
        await Log.CurrentAsync(CancellationToken.None);
        _begin = Log.End;
        while (_shared.Looks == 0 || _shared.Position < _begin)
        {
            await Task.Yield();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _logged.Dispose();

    [Fact]
    public async Task What_lies_between_is_read_once_for_all_followers_and_what_is_appended_behind_it_comes_from_memory()
    {
        const int rounds = 5;
        var looks = _shared.Looks;

        for (var round = 0; round < rounds; round++)
        {
            await SharedLog.AppendAsync(_logged.App, _project.Id);
            await SharedLog.AppendAsync(_logged.App, _project.Id);
            await PutAsync();
            await Log.CurrentAsync(CancellationToken.None);
            await ReachAsync(_begin + (4 * round) + 3);
            await PutAsync();
            Assert.Equal(_begin + (4 * round) + 4, _shared.Position);
        }

        Assert.Equal(rounds, _shared.Looks - looks);
        AssertTaken(_begin + (4 * rounds));
        Assert.Equal(Enumerable.Repeat<bool[]>([true, true, true, false], rounds).SelectMany(round => round), Taken().Select(committed => committed.IsFromDatabase));
        await _project.AssertAgreesAsync();
    }

    [Fact]
    public async Task What_is_appended_behind_others_waits_for_the_next_look_and_its_callers_do_not()
    {
        _shared.Close();
        await SharedLog.AppendAsync(_logged.App, _project.Id);
        await PutAsync();
        await PutAsync();
        await SharedLog.AppendAsync(_logged.App, _project.Id);
        await PutAsync();
        Assert.Equal(_begin, _shared.Position);
        Assert.Equal(_begin + 5, Log.End);

        _shared.Open();
        await Log.CurrentAsync(CancellationToken.None);

        await ReachAsync(_begin + 5);
        AssertTaken(_begin + 5);
        await PutAsync();
        Assert.Equal(_begin + 6, _shared.Position);
    }

    [Fact]
    public async Task However_much_is_appended_meanwhile_little_is_kept_and_nothing_is_lost()
    {
        const int count = 4500;
        _shared.Close();
        await SharedLog.AppendAsync(_logged.App, _project.Id);
        await _project.UpdateManyAsync(_deployment, count);

        _shared.Open();
        await Log.CurrentAsync(CancellationToken.None);
        await ReachAsync(_begin + 1 + count);

        AssertTaken(_begin + 1 + count);
        Assert.Contains(Taken().Skip(1), committed => committed.IsFromDatabase);
        await _project.AssertAgreesAsync();
    }

    [Fact]
    public async Task All_who_ask_while_a_look_is_made_share_the_next_one()
    {
        var looks = _shared.Looks;
        _shared.Close();
        var first = Log.CurrentAsync(CancellationToken.None).AsTask();
        await UntilLooksAsync(looks + 1);
        var others = await SharedLog.AppendAsync(_logged.App, _project.Id);
        var later = Enumerable.Range(0, 10).Select(_ => Log.CurrentAsync(CancellationToken.None).AsTask()).ToList();

        _shared.Open();
        await first.WaitAsync(TimeSpan.FromSeconds(60));
        await Task.WhenAll(later).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(2, _shared.Looks - looks);
        Assert.True(Log.End >= others);
        Assert.Equal(others, _shared.Position);
    }

    [Fact]
    public async Task It_is_looked_at_ten_times_a_second_and_how_long_ago_is_known()
    {
        var others = await SharedLog.AppendAsync(_logged.App, _project.Id);
        var before = Log.Last!;

        _time.Advance(Interval);
        await ReachAsync(others);

        while (Log.Last == before)
        {
            await Task.Yield();
        }

        Assert.Equal((_time.GetTimestamp(), others), (Log.Last!.Begun, Log.Last.End));
    }

    [Fact]
    public async Task A_follower_that_throws_in_between_is_alone_behind()
    {
        _shared.SetBroken(true);
        await SharedLog.AppendAsync(_logged.App, _project.Id);
        await PutAsync("FAILED");

        Assert.Single(await _project.IdsAsync("?status=FAILED"));
        Assert.Equal(_begin, _shared.Position);
        _shared.SetBroken(false);
        while (_shared.Position < _begin + 2)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        AssertTaken(_begin + 2);
        await _logged.Log.UntilAsync("has caught up with the log");
    }

    [Theory]
    [InlineData("DELETE FROM deployment_events WHERE sequence = @sequence")]
    [InlineData("UPDATE deployment_events SET request_id = 'another' WHERE sequence = @sequence")]
    [InlineData("UPDATE deployment_events SET time = time - 1 WHERE sequence = @sequence")]
    public async Task When_the_log_was_taken_back_the_service_ends_to_be_started_again(string accident)
    {
        var stopping = _logged.App.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        // Its services are gone as soon as the host has stopped.
        var log = Log;
        _logged.App.Database.Execute(accident, ("sequence", _begin));
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                _time.Advance(Interval);
                await Task.Yield();
            }

            await _logged.Log.UntilAsync("The database no longer has event");
            Assert.Equal(1, Environment.ExitCode);
            await Assert.ThrowsAnyAsync<DatabaseUnavailableException>(async () => await log.CurrentAsync(CancellationToken.None));
        }
        finally
        {
            Environment.ExitCode = 0;
        }
    }

    [Fact]
    public async Task What_is_purged_was_not_taken_back()
    {
        await SharedLog.AppendAsync(_logged.App, _project.Id);
        var last = await SharedLog.AppendAsync(_logged.App, _project.Id);
        _logged.App.Database.Execute("DELETE FROM deployment_events WHERE sequence < @sequence", ("sequence", last));

        await Log.CurrentAsync(CancellationToken.None);

        await ReachAsync(last);
        Assert.Equal([last], Taken().Select(committed => committed.Event.Sequence));
        Assert.False(_logged.App.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task While_the_log_cannot_be_read_lists_are_503_and_the_service_stays_ready()
    {
        _shared.SetUnavailable(true);
        var refused = await _project.GetAsync("software_deployments/summary");
        Assert.Equal("The database cannot be reached: try again in a moment.", refused.AssertRefused(503));
        Assert.Equal("1", refused.Headers["retry-after"]);

        var ready = await _logged.App.SendRawAsync("GET", "/health/ready");
        Assert.Equal(200, ready.Status);
        Assert.Equal("degraded", ready.Json["status"]!.GetValue<string>());
        Assert.Equal("The database cannot be read. The database cannot be reached: try again in a moment.", ready.Json["message"]!.GetValue<string>());
        Assert.Equal(200, (await _logged.App.SendRawAsync("GET", "/healthcheck")).Status);

        _shared.SetUnavailable(false);
        var answer = _project.GetAsync("software_deployments/summary");
        while (!answer.IsCompleted)
        {
            _time.Advance(Interval);
            await Task.Yield();
        }

        Assert.Equal(200, (await answer).Status);
        await _logged.Log.UntilAsync("The log can be read again");
        Assert.Equal("""{"status":"ok"}""", (await _logged.App.SendRawAsync("GET", "/health/ready")).Text);
    }

    [Fact]
    public async Task A_database_of_this_process_alone_is_not_looked_at()
    {
        var log = ServiceApp.Shared.Services.GetRequiredService<EventLog>();

        Assert.Equal(ServiceApp.Shared.Services.GetRequiredService<IWriteEngine>().IsShared, log.Last is not null);
        var current = log.CurrentAsync(CancellationToken.None).AsTask();
        Assert.Equal(!TestEngine.IsPostgres, current.IsCompletedSuccessfully);
        await current;
    }

    private async Task PutAsync(string status = "IN_PROGRESS") => await Histories.UpdateAsync(_project, _deployment, $$"""{"status": "{{status}}"}""");

    private Task ReachAsync(long position) => Log.ReachAsync(_shared, position, TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

    private async Task UntilLooksAsync(int looks)
    {
        while (_shared.Looks < looks)
        {
            await Task.Yield();
        }
    }

    private IEnumerable<CommittedEvent> Taken() => _shared.Taken.Where(committed => committed.Event.Sequence > _begin);

    private void AssertTaken(long last) =>
        Assert.Equal(Enumerable.Range(1, (int)(last - _begin)).Select(number => _begin + number), Taken().Select(committed => committed.Event.Sequence));
}
