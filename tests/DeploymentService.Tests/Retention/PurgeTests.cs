using DeploymentService.Retention;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Idempotency;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Retention;

/// <summary>What has become too old goes, and nothing else.</summary>
public sealed class PurgeTests : IDisposable
{
    private const string Deployments = "software_deployments";
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Events_go_when_they_are_as_old_as_the_setting_says()
    {
        string id, deleted;
        Project project;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            id = await project.DeploymentAsync();
            deleted = await project.DeploymentAsync();
            await project.SendAsync("DELETE", $"{Deployments}/{deleted}");
        }

        using (var later = App(TimeSpan.FromDays(1)))
        {
            project = new Project(later.App, project.Id);
            await PurgeAsync(later);
            Assert.Equal("created", await project.KindsAsync(id));
            Assert.Equal("created deleted", await project.KindsAsync(deleted));
            await project.PutAsync(id, "{}");
        }

        using var after = App(TimeSpan.FromDays(2));
        project = new Project(after.App, project.Id);
        await PurgeAsync(after);

        Assert.Equal("update", await project.KindsAsync(id));
        Assert.Equal(404, (await project.SendAsync("GET", $"{Deployments}/{deleted}/events")).Status);
        Assert.Equal("IN_PROGRESS", (await project.LookAsync(id)).Status);
    }

    [Fact]
    public async Task The_last_event_of_all_stays_so_that_no_number_is_given_twice()
    {
        Project project;
        string id;
        long last;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            id = await project.DeploymentAsync();
            await project.PutAsync(id, "{}");
            last = (await project.UntilAsync(id, "update"))["sequence"]!.GetValue<long>();
        }

        using var after = App(TimeSpan.FromDays(4000));
        project = new Project(after.App, project.Id);
        await PurgeAsync(after);
        Assert.Equal("update", await project.KindsAsync(id));
        await project.PutAsync(id, "{}");
        await PurgeAsync(after);

        Assert.Equal("update", await project.KindsAsync(id));
        // Between them there is the token of the member.
        Assert.Equal(last + 2, (await project.UntilAsync(id, "update"))["sequence"]!.GetValue<long>());
    }

    [Fact]
    public async Task However_many_there_are_all_go()
    {
        Project project;
        string id;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            id = await project.DeploymentAsync();
        }

        // More than two steps.
        _folder.Database.Execute("""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 12000)
            INSERT INTO deployment_events (sequence, project_id, deployment_number, deployment_id, server_id, time, kind, execution, status_from,
            status_to, reason, repeated, actor_name, actor_role, request_id, is_report, subject)
            SELECT sequence + n, project_id, deployment_number, deployment_id, server_id, time, 'update', execution, status_from,
            status_to, reason, repeated, actor_name, actor_role, request_id, is_report, subject FROM deployment_events, numbers
            WHERE sequence = (SELECT max(sequence) FROM deployment_events)
            """);

        // So late that the clock is not believed at the start: a second purge beside this one would take steps from it.
        using var after = App(TimeSpan.FromDays(4000));
        project = new Project(after.App, project.Id);
        await PurgeAsync(after);

        Assert.Equal("update", await project.KindsAsync(id));
        Assert.Equal(1, Count("deployment_events WHERE subject IS NULL"));
    }

    [Fact]
    public async Task Every_hour_is_looked_at_what_is_too_old()
    {
        var time = new PeriodClock(TimeSpan.FromHours(1));
        using var logged = new LoggedApp(services => services.AddSingleton<TimeProvider>(time), new() { ["Events:RetentionDays"] = "1" });
        var project = new Project(logged.App);
        await time.BegunAsync();

        for (var day = 1; day <= 2; day++)
        {
            var deleted = await project.DeploymentAsync();
            await project.SendAsync("DELETE", $"{Deployments}/{deleted}");
            // The last event of all stays, so that one must come behind these.
            await project.DeploymentAsync();
            time.Advance(TimeSpan.FromHours(25));

            await logged.Log.UntilAsync("old events were removed", times: day);
            Assert.Equal(404, (await project.SendAsync("GET", $"{Deployments}/{deleted}/events")).Status);
        }
    }

    [Fact]
    public async Task A_clock_that_jumped_at_a_start_removes_nothing_until_it_has_run_for_a_day()
    {
        Project project;
        string old;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            old = await project.DeploymentAsync();
            await project.PutAsync(old, "{}");
        }

        using (var jumped = Jumped(TimeSpan.FromDays(4000), out _))
        {
            await jumped.Log.UntilAsync("stay for now");
            project = new(jumped.App, project.Id);
            await project.DeploymentAsync();
            Assert.Equal("created update", await project.KindsAsync(old));
        }

        using var again = Jumped(TimeSpan.FromDays(4000) + TimeSpan.FromHours(1), out var time);
        await again.Log.UntilAsync("stay for now");
        project = new(again.App, project.Id);
        Assert.Equal("created update", await project.KindsAsync(old));

        // The service was simply off for long.
        time.Advance(TimeSpan.FromDays(1));
        await again.Log.UntilAsync("old events were removed");
        Assert.Equal("", await project.KindsAsync(old));
    }

    [Fact]
    public async Task While_another_replica_writes_other_times_nothing_is_removed_however_long_the_clock_has_run()
    {
        Project project;
        string old;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            old = await project.DeploymentAsync();
        }

        using var jumped = Jumped(TimeSpan.FromDays(4000), out var time);
        await jumped.Log.UntilAsync("stay for now");
        await new Project(jumped.App, project.Id).DeploymentAsync();
        _folder.Database.Execute("""
            INSERT INTO deployment_events (sequence, project_id, deployment_number, deployment_id, server_id, time, kind, execution, repeated, is_report, actor_role)
            SELECT sequence + 1, project_id, deployment_number, deployment_id, server_id, (SELECT min(time) FROM deployment_events), 'fetched', execution, repeated, is_report, actor_role
            FROM deployment_events WHERE sequence = (SELECT max(sequence) FROM deployment_events)
            """);

        time.Advance(TimeSpan.FromDays(1));

        await jumped.Log.UntilAsync("that of another replica");
        Assert.Equal("created", await new Project(jumped.App, project.Id).KindsAsync(old));
    }

    [Fact]
    public async Task An_event_from_yesterday_shows_that_the_clock_is_right()
    {
        string old;
        Project project;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            old = await project.DeploymentAsync();
        }

        using (var yesterday = App(TimeSpan.FromDays(30)))
        {
            await new Project(yesterday.App, project.Id).DeploymentAsync();
        }

        using var today = Jumped(TimeSpan.FromDays(31.5), out _);

        await today.Log.UntilAsync("old events were removed");
        Assert.Equal("", await new Project(today.App, project.Id).KindsAsync(old));
    }

    [Fact]
    public async Task A_key_is_known_for_a_day()
    {
        var key = Keys.New();
        Project project;
        string body;
        Answer first;
        using (var before = App(TimeSpan.Zero))
        {
            project = before.NewProject();
            body = $$"""{"config_id": "{{await project.ConfigAsync()}}", "server_id": "a-server"}""";
            first = await project.PostAsync(key, Deployments, body);
        }

        using (var later = App(TimeSpan.FromHours(24)))
        {
            await PurgeAsync(later);
            Keys.AssertSame(first, await new Project(later.App, project.Id).PostAsync(key, Deployments, body));
        }

        using var after = App(TimeSpan.FromHours(25));
        await PurgeAsync(after);
        Assert.Equal(0, Count("idempotency_keys"));
        var second = await new Project(after.App, project.Id).PostAsync(key, Deployments, body);
        Assert.NotEqual(first.Text, second.Text);
        Assert.Equal(200, second.Status);
    }

    public void Dispose() => _folder.Dispose();

    private TimedApp App(TimeSpan later) => new(_folder.Name, later, new() { ["Events:RetentionDays"] = "1" });

    private LoggedApp Jumped(TimeSpan later, out FakeTimeProvider time)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero) + later);
        time = clock;
        return new(
            services => services.AddSingleton<TimeProvider>(clock),
            new() { ["Events:RetentionDays"] = "1" },
            _folder.Name);
    }

    private static Task PurgeAsync(TimedApp timed) => timed.App.Services.GetRequiredService<Purge>().RemoveAsync(CancellationToken.None);

    private long Count(string table) => _folder.Database.Number($"SELECT count(*) FROM {table}");
}
