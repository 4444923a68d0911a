using System.Diagnostics;
using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serilog.Core;

namespace DeploymentService.Tests.Storage;

/// <summary>A disk that gets full: nothing new is made first, reports are refused last, what makes room always goes on, and all is well again by itself.</summary>
public sealed class FreeSpaceTests
{
    private const string NotAdvanced = "could not be taken further";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SqliteFact]
    public async Task What_makes_something_new_is_refused_first_and_reports_last()
    {
        var disk = new SetDisk();
        using var logged = new LoggedApp(
            services => services.Replace(ServiceDescriptor.Singleton<IDisk>(disk)), new() { ["Database:MinFreeBytes"] = "1000000" });
        var project = new Project(logged.App);
        var (config, unused, id, other) = (await project.ConfigAsync(), await project.ConfigAsync(), await project.DeploymentAsync(), await project.DeploymentAsync());
        var report = ("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");
        (string Method, string Path, string Body)[] creations =
        [
            ("POST", "software_configs", """{"name": "new"}"""),
            ("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "s"}"""),
            ("POST", "rollouts", $$"""{"name": "new", "config_id": "{{config}}", "servers": ["s"]}"""),
            ("POST", $"software_deployments/{id}/run", "{}"),
        ];

        disk.Free = 900_000;
        await UntilAsync(project, creations[0], 503);
        foreach (var (method, path, body) in creations)
        {
            var answer = await project.SendAsync(method, path, body);
            Assert.Contains("nothing new is made", answer.AssertRefused(503), StringComparison.Ordinal);
            Assert.Equal("1", answer.Headers["retry-after"]);
        }

        Assert.Equal(200, (await SendAsync(project, report)).Status);
        Assert.Equal(200, (await logged.App.SendRawAsync("GET", "/health/ready")).Status);

        disk.Free = 200_000;
        await UntilAsync(project, report, 503);
        Assert.Equal(503, (await SendAsync(project, creations[0])).Status);
        Assert.Equal(204, (await project.SendAsync("DELETE", $"software_deployments/{other}")).Status);
        Assert.Equal(204, (await project.SendAsync("DELETE", $"software_configs/{unused}")).Status);
        Assert.Equal(200, (await project.SendAsync("GET", $"software_deployments/{id}")).Status);
        Assert.Equal(200, (await logged.App.SendRawAsync("GET", "/health/ready")).Status);

        // A little above the limit is not enough, so that it does not begin and end again and again.
        disk.Free = 1_050_000;
        await UntilAsync(project, report, 200);
        Assert.Equal(503, (await SendAsync(project, creations[0])).Status);
        disk.Free = 2_000_000;
        await UntilAsync(project, creations[0], 200);
        Assert.Equal(["IsLow", "IsFull", "IsOver"], logged.Log.Events.Select(evt => evt.MessageTemplate.Text).Where(text => text.StartsWith("The disk of", StringComparison.Ordinal))
            .Select(text => text.Contains("make something new", StringComparison.Ordinal) ? "IsLow" : text.Contains("room again", StringComparison.Ordinal) ? "IsOver" : "IsFull"));
    }

    [SqliteFact]
    public async Task Every_start_on_a_full_disk_lets_people_in_who_make_room()
    {
        using var folder = new TempFolder();
        // The first makes keys and an admin token of its own, the second one of the setting, and the third has another there.
        foreach (var setting in (string[])["", "a-first-secret-of-the-setting-0123456789", "another-secret-of-the-setting-0123456789"])
        {
            await using var app = new ServiceApp(
                new() { ["Authentication:BootstrapToken"] = setting, ["Database:MinFreeBytes"] = "1000000" },
                folder.Name,
                services => services.Replace(ServiceDescriptor.Singleton<IDisk>(new SetDisk { Free = 1000 })));
            app.StartServer();
            var secret = setting == "" ? (await File.ReadAllTextAsync(folder.At("admin.token"))).TrimEnd('\n') : setting;
            var project = new Project(app);

            Assert.Equal(200, (await project.SendAsync("GET", "software_deployments", token: secret)).Status);
            Assert.Equal(404, (await project.SendAsync("DELETE", "software_configs/unknown", token: secret)).Status);
            Assert.Equal(503, (await project.SendAsync("POST", "tokens", """{"name": "new", "role": "reader"}""", secret)).Status);
        }
    }

    [SqliteFact]
    public async Task A_rollout_that_waits_for_room_counts_what_has_ended_and_says_so_once_a_minute()
    {
        var (disk, log) = (new SetDisk(), new CapturedLog());
        using var timed = new TimedApp(
            folder: null, settings: new() { ["Database:MinFreeBytes"] = "1000000", ["Logging:Level"] = "Warning" }, replace: services => services
                .AddSingleton<ILogEventSink>(log).Replace(ServiceDescriptor.Singleton<IDisk>(disk)));
        var project = timed.NewProject();
        var rollout = await project.RolloutAsync($""" "servers": {RolloutRoom.Servers(2)}, "batch_sizes": [1]""");
        await project.UntilCountsAsync(rollout, "1 1 0 0 0");
        disk.Free = 900_000;
        await UntilAsync(project, ("POST", "software_configs", """{"name": "new"}"""), 503);

        await project.ReportAsync(rollout);
        await project.UntilCountsAsync(rollout, "1 0 1 0 0");
        await log.UntilAsync(NotAdvanced);
        // It is tried every second of the real time, and the other clock stands still.
        for (var (looks, begun) = (disk.Looks, Stopwatch.GetTimestamp()); disk.Looks < looks + 3;)
        {
            Assert.Equal("1 0 1 0 0", (await project.ShowRolloutAsync(rollout)).Counts());
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience);
        }

        Assert.Single(log.Events, evt => evt.MessageTemplate.Text.Contains(NotAdvanced, StringComparison.Ordinal));
        timed.Pass(61);
        await log.UntilAsync(NotAdvanced, times: 2);

        disk.Free = 2_000_000;
        await project.UntilCountsAsync(rollout, "0 1 1 0 0");
    }

    [SqliteFact]
    public void The_meter_says_how_much_is_free()
    {
        using var app = new ServiceApp(replace: services => services.Replace(ServiceDescriptor.Singleton<IDisk>(new SetDisk { Free = 4711L << 30 })));
        app.StartServer();

        Assert.Equal([4711L << 30], Measured.Now(app, "deployments.storage.free"));
        Assert.Equal([256L << 20], Measured.Now(app, "deployments.storage.min_free"));
    }

    [SqliteFact]
    public async Task What_is_refused_is_counted_and_sign_ins_are_with_the_last()
    {
        var disk = new SetDisk();
        await using var app = new ServiceApp(new() { ["Database:MinFreeBytes"] = "1000000" }, replace: services => services.Replace(ServiceDescriptor.Singleton<IDisk>(disk)));
        var project = new Project(app);
        var secret = await project.MemberTokenAsync();

        disk.Free = 900_000;
        await UntilAsync(project, ("POST", "software_configs", """{"name": "new"}"""), 503);
        Assert.InRange(Measured.Now(app, "deployments.writer.changes", "refused").Single(), 1, long.MaxValue);
        Assert.Equal(201, (await app.ExchangeAsync(secret)).Status);

        disk.Free = 200_000;
        await Until.StatusAsync(503, () => app.ExchangeAsync(secret));
    }

    [SqliteFact]
    public async Task A_disk_that_cannot_be_asked_is_said_once()
    {
        var disk = new SetDisk();
        using var logged = new LoggedApp(services => services.Replace(ServiceDescriptor.Singleton<IDisk>(disk)));

        disk.Free = -1;
        var looks = disk.Looks;
        await Until.TrueAsync(() => disk.Looks >= looks + 4, () => $"{disk.Looks} looks");

        Assert.Single(logged.Log.Events, written => written.RenderMessage(null).Contains("cannot be seen", StringComparison.Ordinal));
        // What was seen last stands.
        Assert.Equal(200, (await new Project(logged.App).SendAsync("POST", "software_configs", """{"name": "new"}""")).Status);
    }

    private static Task<Answer> SendAsync(Project project, (string Method, string Path, string Body) request) => project.SendAsync(request.Method, request.Path, request.Body);

    /// <summary>Asks until the service has looked at its disk.</summary>
    private static Task UntilAsync(Project project, (string Method, string Path, string Body) request, int status) => Until.StatusAsync(status, () => SendAsync(project, request));

    /// <summary>Has as much free as a test says; less than nothing is a disk that does not answer.</summary>
    private sealed class SetDisk : IDisk
    {
        private long _free = long.MaxValue;
        private int _looks;

        public long Free
        {
            get => Volatile.Read(ref _free);
            set => Volatile.Write(ref _free, value);
        }

        /// <summary>How often the service has looked: once a second.</summary>
        public int Looks => Volatile.Read(ref _looks);

        public long FreeBytes(string folder)
        {
            Interlocked.Increment(ref _looks);
            return Free < 0 ? throw new IOException("The disk does not answer.") : Free;
        }
    }
}
