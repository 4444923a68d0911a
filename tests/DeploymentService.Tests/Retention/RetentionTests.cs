using DeploymentService.Retention;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Retention;

/// <summary>What ended long ago goes, where the settings say so, and nothing that anybody or any agent still needs.</summary>
public sealed class RetentionTests(RetentionRoom room) : IClassFixture<RetentionRoom>
{
    private const string Deployments = "software_deployments";

    [Fact]
    public async Task A_deployment_goes_long_after_its_end_when_a_newer_one_of_its_config_name_is_on_the_server()
    {
        var project = new Project(room.App);
        var (app, laterApp, other) = (await project.NamedConfigAsync("app"), await project.NamedConfigAsync("app"), await project.NamedConfigAsync("other"));
        var running = await project.DeploymentAsync(configId: app);
        var old = await project.EndedAsync(app);
        var newest = await project.EndedAsync(laterApp);
        var onlyOne = await project.EndedAsync(other);
        var elsewhere = await project.DeploymentAsync("another-server", app);
        await project.SetAsync(elsewhere, "FAILED");

        await room.SweepInAsync(30);
        Assert.Equal("running old newest onlyOne elsewhere", await ThereAsync());
        await room.SweepInAsync(31);

        Assert.Equal("running newest onlyOne elsewhere", await ThereAsync());
        var last = (await project.SendAsync("GET", $"{Deployments}/{old}/events")).Json["events"]!.AsArray()[^1]!;
        Assert.Equal("deleted", last.Text("event"));
        Assert.Equal("service", last["who"].Text("role"));
        Assert.Equal($"Retention: it ended more than 30 days ago, and {newest} has followed it on its server", last.Text("reason"));
        Assert.DoesNotContain(old, (await project.SendAsync("GET", $"{Deployments}?status=COMPLETE")).Text, StringComparison.Ordinal);

        Task<string> ThereAsync() => project.ThereAsync(
            Deployments, ("running", running), ("old", old), ("newest", newest), ("onlyOne", onlyOne), ("elsewhere", elsewhere));
    }

    [Fact]
    public async Task What_the_agent_has_stays_until_it_has_what_follows()
    {
        var project = new Project(room.App);
        var agent = await project.TokenAsync("agent", "a-server");
        var config = await project.NamedConfigAsync("app");
        var had = await project.EndedAsync(config, agent);
        var never = await project.EndedAsync(config);

        await room.SweepInAsync(31);
        Assert.Equal("had never", await project.ThereAsync(Deployments, ("had", had), ("never", never)));

        var following = await project.EndedAsync(config, agent);
        await room.SweepInAsync(31);
        Assert.Equal("following", await project.ThereAsync(Deployments, ("had", had), ("never", never), ("following", following)));
    }

    [Fact]
    public async Task One_that_was_run_again_after_the_newer_one_stays_as_that_does()
    {
        var project = new Project(room.App);
        var config = await project.NamedConfigAsync("app");
        var (first, second) = (await project.EndedAsync(config), await project.EndedAsync(config));
        room.Timed.Pass(1);
        Assert.Equal(200, (await project.SendAsync("POST", $"{Deployments}/{first}/run")).Status);
        await project.SetAsync(first, "COMPLETE");

        await room.SweepInAsync(31);

        Assert.Equal("first second", await project.ThereAsync(Deployments, ("first", first), ("second", second)));
    }

    [Fact]
    public async Task Configs_without_a_name_do_not_follow_one_another()
    {
        var project = new Project(room.App);
        var (one, other) = (await project.ConfigAsync("""{"group": "script"}"""), await project.ConfigAsync("""{"group": "script", "name": ""}"""));
        var (old, newer, first) = (await project.EndedAsync(one), await project.EndedAsync(one), await project.EndedAsync(other));

        await room.SweepInAsync(31);

        Assert.Equal("newer first", await project.ThereAsync(Deployments, ("old", old), ("newer", newer), ("first", first)));
    }

    [Fact]
    public async Task A_project_may_have_days_of_its_own()
    {
        var (kept, quick) = (new Project(room.App, "kept"), new Project(room.App, "quick"));
        var (ofKept, ofQuick) = (await TwoAsync(kept), await TwoAsync(quick));

        await room.SweepInAsync(6);
        Assert.Equal("newer", await quick.ThereAsync(Deployments, ("old", ofQuick.Old), ("newer", ofQuick.Newer)));
        await room.SweepInAsync(4000);
        Assert.Equal("old newer", await kept.ThereAsync(Deployments, ("old", ofKept.Old), ("newer", ofKept.Newer)));
    }

    [Fact]
    public async Task What_is_due_is_decided_again_when_it_is_removed()
    {
        InterposedReader? reader = null;
        using var again = new RetentionRoom(services => InterposedReader.Replace(services, made => reader = made));
        var project = new Project(again.App);
        var (ranAgain, leftAlone, gone) = (await TwoAsync(project, "again"), await TwoAsync(project, "alone"), await TwoAsync(project, "gone"));
        // Behind the last look at them, and before they are removed.
        reader!.After("octet_length", async () =>
        {
            Assert.Equal(200, (await project.SendAsync("POST", $"{Deployments}/{ranAgain.Old}/run")).Status);
            Assert.Equal(204, (await project.SendAsync("DELETE", $"{Deployments}/{leftAlone.Newer}")).Status);
        });

        await again.SweepInAsync(31);

        Assert.Equal("again alone", await project.ThereAsync(Deployments, ("again", ranAgain.Old), ("alone", leftAlone.Old), ("gone", gone.Old)));
    }

    [Fact]
    public async Task What_an_open_rollout_has_stays_until_it_has_ended()
    {
        var project = new Project(room.App);
        var config = await project.NamedConfigAsync("app");
        await project.UntilAsync(await project.RolloutAsync("""
            "servers": ["a-server"]
            """, configId: config), "IN_PROGRESS");
        var rollout = (await project.SendAsync("GET", "rollouts")).Json["rollouts"]![0].Text("id")!;
        await project.UntilCountsAsync(rollout, "0 1 0 0 0");
        await project.ReportAsync(rollout);
        await project.UntilAsync(rollout, "COMPLETE");
        var held = (await project.ServersAsync(rollout)).Single().Text("deployment_id")!;
        var newer = await project.EndedAsync(config);
        // Its second server, whose deployment this is, is not begun yet.
        var open = await project.RolloutAsync("""
            "servers": ["another-server", "a-server"], "batch_sizes": [1]
            """, configId: config);
        await project.UntilCountsAsync(open, "1 1 0 0 0");

        await room.SweepInAsync(31);
        Assert.Equal("held newer", await project.ThereAsync(Deployments, ("held", held), ("newer", newer)));

        await project.ActAsync(open, "abort");
        await project.ReportAsync(open);
        await project.UntilCountsAsync(open, "1 0 1 0 0");
        await room.SweepInAsync(31);
        Assert.Equal("newer", await project.ThereAsync(Deployments, ("held", held), ("newer", newer)));
    }

    [Fact]
    public async Task Earlier_runs_go_long_after_their_end()
    {
        var project = new Project(room.App);
        var id = await project.EndedAsync(await project.ConfigAsync());
        // The second run is followed before its end, so that it may still be reported.
        for (var run = 2; run <= 3; run++)
        {
            Assert.Equal(200, (await project.SendAsync("POST", $"{Deployments}/{id}/run")).Status);
        }

        await room.SweepInAsync(20);
        Assert.Equal("3 2 1", await RunsAsync());
        await room.SweepInAsync(21);
        Assert.Equal("3 2", await RunsAsync());

        async Task<string> RunsAsync() => string.Join(' ', (await project.SendAsync("GET", $"{Deployments}/{id}/runs")).Json["runs"]!.AsArray().Select(run => run!.Number("number")));
    }

    [Fact]
    public async Task A_rollout_goes_with_its_servers_when_all_that_it_drives_has_ended()
    {
        var project = new Project(room.App);
        var (gone, driving, open) = (await EndedAsync("gone"), await EndedAsync("driving"), await project.RolloutAsync("""
            "servers": ["s1"]
            """, "open"));
        // The last of all stays in any case.
        await EndedAsync("last");
        await project.SetAsync((await project.ServersAsync(driving)).Single().Text("deployment_id")!, "IN_PROGRESS");

        await room.SweepInAsync(11);

        Assert.Equal("driving open", await project.ThereAsync("rollouts", ("gone", gone), ("driving", driving), ("open", open)));
        Assert.Equal(0, room.App.Database.Number("SELECT count(*) FROM rollout_servers WHERE rollout_number NOT IN (SELECT number FROM rollouts)"));
        Assert.Equal(1, room.App.Database.Number("SELECT count(*) FROM deployment_events WHERE subject = 'rollout' AND kind = 'deleted' AND deployment_id = @id", ("id", gone)));

        async Task<string> EndedAsync(string name)
        {
            var id = await project.RolloutAsync("""
                "servers": ["s1"]
                """, name);
            await project.UntilCountsAsync(id, "0 1 0 0 0");
            await project.ReportAsync(id);
            await project.UntilAsync(id, "COMPLETE");
            return id;
        }
    }

    [Fact]
    public async Task A_config_goes_when_it_is_old_and_nothing_uses_it()
    {
        var project = new Project(room.App);
        var (unused, used, brought, ran) = (await project.ConfigAsync(), await project.ConfigAsync(), await project.ConfigAsync(), await project.ConfigAsync());
        await project.DeploymentAsync(configId: used);
        await project.RolloutAsync("""
            "servers": ["s1", "s2"], "batch_sizes": [1]
            """, configId: brought);
        // It says something else by now, and an agent may still have what it runs.
        var changed = await project.DeploymentAsync(configId: ran);
        await project.PutAsync(changed, $$"""{"config_id": "{{used}}", "status": "COMPLETE"}""");

        await room.SweepInAsync(40);
        Assert.Equal("unused used brought ran", await ThereAsync());
        await room.SweepInAsync(41);
        Assert.Equal("used brought ran", await ThereAsync());

        Task<string> ThereAsync() => project.ThereAsync("software_configs", ("unused", unused), ("used", used), ("brought", brought), ("ran", ran));
    }

    [Fact]
    public async Task Nothing_is_removed_while_the_clock_may_be_wrong()
    {
        using var folder = new TempFolder();
        (string Old, string Newer) two;
        string projectId;
        using (var before = new TimedApp(folder.Name))
        {
            var project = before.NewProject();
            (projectId, two) = (project.Id, await TwoAsync(project));
        }

        var clock = new FakeTimeProvider(new DateTimeOffset(2027, 11, 23, 12, 0, 0, TimeSpan.Zero));
        using var jumped = new LoggedApp(services => services.AddSingleton<TimeProvider>(clock), new(RetentionRoom.Settings), folder.Name);
        var later = new Project(jumped.App, projectId);
        await jumped.Log.UntilAsync("Retention waits");
        Assert.Equal("old newer", await later.ThereAsync(Deployments, ("old", two.Old), ("newer", two.Newer)));

        clock.Advance(TimeSpan.FromDays(1));
        await jumped.Log.UntilAsync("Retention removed");
        Assert.Equal("newer", await later.ThereAsync(Deployments, ("old", two.Old), ("newer", two.Newer)));
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("demo=x")]
    [InlineData("=3")]
    [InlineData("demo=4000")]
    [InlineData("demo=1,demo=2")]
    public void Projects_that_make_no_sense_end_the_start(string projects)
    {
        var settings = new DeploymentService.Settings.SettingsReader(new Microsoft.Extensions.Configuration.ConfigurationManager { ["Retention:Projects"] = projects });
        RetentionOptions.Read(settings);

        Assert.Matches("^Retention:Projects has .+ \\(environment: Retention__Projects\\)$", Assert.Single(settings.Faults));
    }

    private static async Task<(string Old, string Newer)> TwoAsync(Project project, string name = "app")
    {
        var config = await project.NamedConfigAsync(name);
        return (await project.EndedAsync(config), await project.EndedAsync(config));
    }
}
