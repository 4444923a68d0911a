using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;
using Serilog.Events;

namespace DeploymentService.Tests.Deadlines;

/// <summary>No deadline is missed: not by a restart, not by their number, not by a database that is held.</summary>
public sealed class DeadlineWatchTests
{
    private const string NotRecorded = "could not be recorded";
    private const string Refused = "were refused with 503";

    [Fact]
    public async Task What_became_due_while_the_service_was_down_is_dealt_with_at_its_start()
    {
        using var folder = new TempFolder();
        Project project;
        string expired, overdue, onTime, complete;
        using (var before = new TimedApp(folder.Name))
        {
            project = before.NewProject();
            expired = await project.TimedDeploymentAsync(30);
            overdue = await project.TimedDeploymentAsync(3570);
            onTime = await project.TimedDeploymentAsync(3601);
            complete = await project.TimedDeploymentAsync(30, status: "COMPLETE");
        }

        using var after = new TimedApp(folder.Name, later: TimeSpan.FromHours(1));
        var again = new Project(after.App, project.Id);

        // Its second span is counted from its deadline, and still it was overdue before it was failed.
        await again.UntilAsync(expired, "expired");
        Assert.Equal("created overdue expired", await again.KindsAsync(expired));
        Assert.Equal("No report within 90 seconds", (await again.LookAsync(expired)).Reason);
        await again.UntilAsync(overdue, "overdue");
        Assert.Equal("created", await again.KindsAsync(onTime));
        Assert.Equal("created", await again.KindsAsync(complete));

        after.Pass(29);
        await again.UntilAsync(onTime, "overdue");
        Assert.Equal("created overdue", await again.KindsAsync(overdue));
        after.Pass(1);
        await again.UntilAsync(overdue, "expired");
    }

    [Fact]
    public async Task However_many_are_due_at_once_each_is_overdue_once()
    {
        // More than two steps of the writer.
        const int count = 1100;
        using var timed = new TimedApp();
        var project = timed.NewProject();
        var config = await project.ConfigAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), async (number, _) =>
        {
            var body = $$"""{"config_id": "{{config}}", "server_id": "server-{{number}}", "timeout": {{1 + (number % 30)}}}""";
            Assert.Equal(200, (await project.SendAsync("POST", "software_deployments", body)).Status);
        });

        await timed.PassAsync(30);

        var list = await project.SendAsync("GET", "software_deployments?overdue=true&values=false");
        Assert.Equal(count, list.Json["software_deployments"]!.AsArray().Count);
        const string events = "SELECT count(*), count(DISTINCT deployment_id) FROM deployment_events WHERE kind = 'overdue' AND project_id = @project";
        Assert.Equal([(count, count)], timed.App.Database.Query(events, row => (row.GetInt64(0), row.GetInt64(1)), ("project", project.Id)));
    }

    [Fact]
    public async Task While_the_database_is_held_by_another_program_it_is_tried_again_every_second_and_said_once_a_minute()
    {
        var log = new Warnings();
        using var timed = new TimedApp(
            folder: null,
            settings: new() { ["Database:BusyTimeoutMilliseconds"] = "50", ["Logging:Level"] = "Warning" },
            replace: services => services.AddSingleton<ILogEventSink>(log));
        var project = timed.NewProject();
        var id = await project.TimedDeploymentAsync(30);
        var hold = timed.App.Database.Hold();

        timed.Pass(30);
        await log.OneAsync(NotRecorded);
        // What is behind a refusal is over when the next one comes.
        timed.Pass(1);
        await log.OneAsync(Refused, butNone: NotRecorded);
        timed.Pass(1);
        await log.OneAsync(Refused, butNone: NotRecorded);
        timed.Pass(60);
        await log.OneAsync(NotRecorded);
        Assert.Equal("created", await project.KindsAsync(id));
        hold.Dispose();
        timed.Pass(1);

        await project.UntilAsync(id, "overdue");
    }

    private sealed class Warnings : ILogEventSink
    {
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public void Emit(LogEvent logEvent) => _lines.Writer.TryWrite(logEvent.MessageTemplate.Text);

        /// <summary>Waits for a line, in front of which another one must not be.</summary>
        public async Task OneAsync(string text, string? butNone = null)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await _lines.Reader.ReadAsync(limit.Token) is var line && !line.Contains(text, StringComparison.Ordinal))
            {
                Assert.False(butNone is not null && line.Contains(butNone, StringComparison.Ordinal), line);
            }
        }
    }
}
