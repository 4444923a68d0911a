using DeploymentService.Fleet;
using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;

namespace DeploymentService.Tests.Observability;

/// <summary>The health says whether requests may come, and nothing else changes for having been asked.</summary>
public sealed class HealthTests : IDisposable
{
    private static readonly string[] Ready = ["/health/ready", "/healthcheck"];

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/health/live", """{"status":"ok"}""")]
    [InlineData("/health/ready", """{"status":"ok"}""")]
    [InlineData("/healthcheck", "")]
    public async Task A_service_that_is_well_says_so_to_everybody(string path, string body)
    {
        var answer = await ServiceApp.Shared.SendRawAsync("GET", path);

        Assert.Equal(200, answer.Status);
        Assert.Equal(body, answer.Text);
        answer.AssertHasRequestId();
        var head = await ServiceApp.Shared.SendRawAsync("HEAD", path);
        Assert.Equal((200, "", answer.Headers["content-length"]), (head.Status, head.Text, head.Headers["content-length"]));
    }

    [PostgresFact]
    public async Task A_foreign_lock_of_a_database_that_replicas_share_leaves_it_ready_and_says_so()
    {
        await using var app = Start();
        using (app.Database.Hold())
        {
            Assert.Equal(503, (await CreateAsync(app)).Status);

            var degraded = await app.SendRawAsync("GET", "/health/ready");
            Assert.Equal(
                (200, "{\"status\":\"degraded\",\"message\":\"The last change could not be stored. The database is held by another program: try again in a moment.\"}"),
                (degraded.Status, degraded.Text));
        }

        Assert.Equal(200, (await CreateAsync(app)).Status);
        Assert.Equal("{\"status\":\"ok\"}", (await app.SendRawAsync("GET", "/health/ready")).Text);
    }

    [SqliteFact]
    public async Task A_foreign_lock_makes_it_unready_and_its_end_ready_without_any_traffic()
    {
        await using var app = Start();
        var hold = app.Database.Hold();
        Assert.Equal(503, (await CreateAsync(app)).Status);

        await AssertUnreadyAsync(app, "The last change could not be stored. The database is held by another program: try again in a moment.");
        hold.Dispose();

        await AssertReadyAsync(app);
        Assert.Equal(200, (await CreateAsync(app)).Status);
    }

    [SqliteFact]
    public async Task A_full_disk_makes_it_unready_until_there_is_room()
    {
        await using var app = Start();
        await app.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1"));
        Assert.Equal(503, (await CreateAsync(app)).Status);

        await AssertUnreadyAsync(app, "The last change could not be stored. The disk takes no more data: try again when there is room.");
        await app.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1000000"));

        await AssertReadyAsync(app);
    }

    [SqliteFact]
    public async Task A_file_that_cannot_be_written_makes_it_unready()
    {
        await using var app = Start();
        await Assert.ThrowsAsync<WriterBusyException>(() => app.ChangeAsync(rows =>
        {
            rows.Sqlite().Run("PRAGMA query_only = 1");
            rows.Sqlite().Run("DELETE FROM idempotency_keys");
        }));

        await AssertUnreadyAsync(app, "The last change could not be stored. The disk takes no more data: try again when there is room.");
    }

    [Fact]
    public async Task A_change_that_fails_for_a_fault_of_its_own_does_not_keep_it_unready()
    {
        await using var app = Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.ChangeAsync(_ => throw new InvalidOperationException("A fault of a test.")));

        await AssertReadyAsync(app);
    }

    [SqliteFact]
    public async Task A_writer_that_has_ended_needs_a_restart()
    {
        await using var app = Start();
        await app.EndWriterAsync();

        await AssertUnreadyAsync(app, "The writer has ended: start the service again, and see its log.", live: 503);
        Assert.Equal(503, (await app.SendRawAsync("GET", "/health/live")).Status);
    }

    [Fact]
    public async Task A_check_that_breaks_says_nothing_of_how()
    {
        await using var app = Start(services => services.AddHealthChecks()
            .AddCheck("broken", () => throw new InvalidOperationException("/a/path/inside: a fault of a test."), tags: ["ready"]));

        await AssertUnreadyAsync(app, "The health could not be found out: see the service's log.");
    }

    [Fact]
    public async Task A_start_that_still_loads_is_unready_and_no_error()
    {
        using var logged = new LoggedApp(services => services.Remove(services.Single(service => service.ImplementationType == typeof(FleetLoader))));

        var answers = await Task.WhenAll(Ready.Select(path => logged.App.SendRawAsync("GET", path)));

        Assert.All(answers, answer => Assert.Equal("The deployments are still being loaded.", answer.AssertRefused(503)));
        foreach (var answer in answers)
        {
            Assert.All(await logged.Log.OfAsync(answer.Headers["x-openstack-request-id"], atLeast: 1), one => Assert.Equal(LogEventLevel.Information, one.Level));
        }

        Assert.DoesNotContain(logged.Log.Events, one => one.Level >= LogEventLevel.Warning && one.MessageTemplate.Text.Contains("ealth", StringComparison.Ordinal));
        Assert.Equal(200, (await logged.App.SendRawAsync("GET", "/health/live")).Status);
    }

    [SqliteFact]
    public async Task However_many_ask_one_trial_a_second_is_made_and_none_while_all_is_well()
    {
        using var logged = new LoggedApp(services => services.AddSingleton<TimeProvider>(_time));
        using var connection = new SqliteConnection($"Data Source={Path.Combine(logged.App.Folder, "deployments.db")};Pooling=false");
        connection.Open();
        using var version = connection.CreateCommand();
        version.CommandText = "PRAGMA data_version";
        var before = version.ExecuteScalar();
        for (var asked = 0; asked < 10; asked++)
        {
            await AssertReadyAsync(logged.App);
        }

        Assert.Equal(before, version.ExecuteScalar());
        await logged.App.ChangeAsync(rows => rows.Sqlite().Run("PRAGMA max_page_count = 1"));
        await Assert.ThrowsAsync<WriterBusyException>(() => logged.App.ChangeAsync(rows => rows.Sqlite().Run("CREATE TABLE large AS SELECT zeroblob(1000000)")));

        // The first makes a trial, and the others wait for the next second, which does not come.
        await AskAsync(1);
        await AskAsync(20);
        Assert.Equal(2, Refusals());
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(20);

        Assert.Equal(3, Refusals());

        async Task AskAsync(int times)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, times).Select(_ => logged.App.SendRawAsync("GET", "/health/ready")));
            Assert.All(answers, answer => Assert.Equal(503, answer.Status));
        }

        int Refusals() => logged.Log.Events.Count(evt => evt.MessageTemplate.Text.Contains("were refused with 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fleet_that_could_not_be_loaded_is_loaded_later_and_nothing_is_counted_twice()
    {
        string broken, id;
        Project project;
        await using (var before = StartTimed())
        {
            project = new Project(before, "a-project");
            id = await project.DeploymentAsync();
            await project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "FAILED"}""");
            broken = await project.DeploymentAsync();
        }

        // A row that cannot be read, behind others that can.
        _folder.Database.Execute($"UPDATE software_deployments SET id = 'broken' WHERE id = '{broken}'");
        await using var app = StartTimed();
        project = new Project(app, "a-project");

        await AssertUnreadyAsync(app, "The deployments could not be loaded: it is tried again, and the service's log says why.");
        var refused = await project.SendAsync("GET", "software_deployments/summary");
        Assert.Contains("try again", refused.AssertRefused(503), StringComparison.Ordinal);
        Assert.Equal("1", refused.Headers["retry-after"]);
        // The rest of the service works meanwhile.
        await project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");

        _folder.Database.Execute($"UPDATE software_deployments SET id = '{broken}' WHERE id = 'broken'");
        var fleet = app.Services.GetRequiredService<FleetIndex>();
        while (!fleet.Loaded.IsCompletedSuccessfully)
        {
            // Time goes on until it is tried again, which takes as long as it takes.
            _time.Advance(TimeSpan.FromSeconds(1));
            await project.SendAsync("GET", $"software_deployments/{id}");
        }

        await AssertReadyAsync(app);
        var summary = (await project.SendAsync("GET", "software_deployments/summary")).Json["summary"]!;
        Assert.Equal("""{"IN_PROGRESS":1,"COMPLETE":1,"FAILED":0}""", summary["by_status"]!.ToJsonString());
        Assert.Equal(2, summary["hours"]!.AsArray().Sum(hour => hour!["reports"]!.GetValue<int>()));
    }

    private ServiceApp Start(Action<IServiceCollection>? replace = null)
    {
        var app = new ServiceApp(new() { ["Database:BusyTimeoutMilliseconds"] = "100" }, _folder.Name, replace);
        app.StartServer();
        return app;
    }

    private ServiceApp StartTimed() => Start(services => services.AddSingleton<TimeProvider>(_time));

    private static Task<Answer> CreateAsync(ServiceApp app) => new Project(app, "a-project").SendAsync(
        "POST", "software_configs", $$"""{"name": "a-config", "config": "{{new string('x', 200_000)}}"}""", ServiceApp.AdminToken);

    private static async Task AssertUnreadyAsync(ServiceApp app, string sentence, int live = 200)
    {
        foreach (var path in Ready)
        {
            var answer = await app.SendRawAsync("GET", path);
            Assert.Equal(sentence, answer.AssertRefused(503));
            Assert.Equal("1", answer.Headers["retry-after"]);
        }

        Assert.Equal(503, (await app.SendRawAsync("HEAD", "/health/ready")).Status);
        Assert.Equal(live, (await app.SendRawAsync("GET", "/health/live")).Status);
    }

    private static async Task AssertReadyAsync(ServiceApp app)
    {
        foreach (var path in Ready.Append("/health/live"))
        {
            Assert.Equal(200, (await app.SendRawAsync("GET", path)).Status);
        }
    }
}
