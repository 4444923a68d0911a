using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.CommandLine;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Agents.Script;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Backup;

/// <summary>
/// A service that goes on with a backup: what agents, clients and followers of streams have of what happened since fits nothing that happens from then on, and nothing is waited for in vain.
/// </summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _other = new();
    private readonly TempFolder _third = new();

    private string Backup => _folder.At("copy.db");

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
        _third.Dispose();
    }

    [Fact]
    public async Task What_ended_is_not_run_again_and_what_runs_after_it_has_a_number_that_no_agent_has_seen()
    {
        string url, ended;
        long seen;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, "project");
            ended = await project.DeploymentAsync();
            var agent = await Agent.OfAsync(project);
            url = agent.Url;
            await agent.SignalAsync("{}");
            await Backups.TakeAsync(_folder, Backup);
            Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{ended}/run")).Status);
            Assert.Equal($"{ended}-2", Name(await agent.EntryAsync()));
            seen = await LastEventAsync(project, ended);
        }

        List<string> names = [$"{ended}-1", $"{ended}-2"];
        foreach (var target in (TempFolder[])[_other, _third])
        {
            await Backups.RestoreAsync(Backup, target);
            await using var app = new ServiceApp(folder: target.Name);
            var (project, agent) = (new Project(app, "project"), AgentOf(app, url));

            // The same document as at the backup: its URL is good, and the agent has nothing to do.
            Assert.Equal($"{ended}-1", Name(await agent.EntryAsync()));
            Assert.Equal("COMPLETE", await StatusAsync(project, ended));

            Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{ended}/run", token: ServiceApp.AdminToken)).Status);
            var entry = await agent.EntryAsync();
            names.Add(Name(entry));
            Assert.Equal(200, (await agent.SignalAsync("{}")).Status);
            Assert.Equal("COMPLETE", await StatusAsync(project, ended));

            // And from then on they count.
            Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{ended}/run", token: ServiceApp.AdminToken)).Status);
            Assert.Equal(NumberOf(entry) + 1, NumberOf(await agent.EntryAsync()));
            var history = await HistoryAsync(project, ended);
            Assert.Equal(history.Select(Histories.Sequence).Order().Distinct(), history.Select(Histories.Sequence));
            Assert.True(history.First(evt => evt.Kind() == "run").Sequence() > seen);
        }

        Assert.Equal(names.Distinct(), names);
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    public async Task What_was_in_progress_is_run_again_by_an_agent_that_has_run_it(string kind)
    {
        using var shell = new Shell(kind);
        var counter = Path.Combine(shell.Folder, "counter");
        string url, id, late;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, "project");
            id = await project.DeploymentAsync(configId: await project.ConfigAsync(
                $$"""{"name": "a-config", "group": "script", "config": "#!/bin/sh\necho once >> {{counter}}\n"}"""));
            var agent = await Agent.OfAsync(project);
            (url, late) = (agent.Url, Agent.SignalUrl(await agent.EntryAsync()));
            // A fetch is written a little later than it is answered.
            await project.UntilAsync(id, "fetched");
            await Backups.TakeAsync(_folder, Backup);
            Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(agent))).Code);
            Assert.Equal("COMPLETE", await StatusAsync(project, id));
        }

        await Backups.RestoreAsync(Backup, _other);
        await using var restored = new ServiceApp(folder: _other.Name);
        var (again, same) = (new Project(restored, "project"), AgentOf(restored, url));
        Assert.Equal("IN_PROGRESS", await StatusAsync(again, id));
        // A report about the run of before is that run's.
        Assert.Equal(200, (await same.SendAsync("PUT", new Uri(late).PathAndQuery, """{"deploy_stdout": "of before"}""")).Status);
        Assert.Equal("IN_PROGRESS", await StatusAsync(again, id));

        var (code, output, errors) = await shell.RunAsync(await ScriptAsync(same));

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("a-config is reported", output, StringComparison.Ordinal);
        Assert.Equal("once\nonce\n", await File.ReadAllTextAsync(counter));
        Assert.Equal("COMPLETE", await StatusAsync(again, id));
        Assert.Equal(["created", "fetched", "run", "late", "fetched", "signal"], (await HistoryAsync(again, id)).Select(Histories.Kind));
        var runs = (await again.SendAsync("GET", $"software_deployments/{id}/runs", token: ServiceApp.AdminToken)).Json["runs"]!.AsArray();
        Assert.Equal("of before", runs[1]!["output_values"]!["deploy_stdout"]!.GetValue<string>());
        Assert.Equal(1, runs[1]!["number"]!.GetValue<long>());
        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(same))).Code);
        Assert.Equal("once\nonce\n", await File.ReadAllTextAsync(counter));
    }

    [Fact]
    public async Task No_state_fits_a_tag_of_before_and_streams_go_on_behind_a_gap()
    {
        string id, others, before, after;
        long kept, lost;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app, "project");
            id = await project.DeploymentAsync();
            // No agent runs it, so nobody could have run it since.
            others = await project.DeploymentAsync("another-server", await project.ConfigAsync("""{"name": "no-group"}"""));
            await project.UpdateAsync(others, """{"status_reason": "half of it"}""");
            before = await TagAsync(project, id);
            kept = await LastEventAsync(project, others);
            await Backups.TakeAsync(_folder, Backup);
            Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""")).Status);
            after = await TagAsync(project, id);
            lost = await LastEventAsync(project, id);
        }

        await Backups.RestoreAsync(Backup, _other);
        await using var restored = new ServiceApp(folder: _other.Name);
        var again = new Project(restored, "project");
        foreach (var tag in (string[])[before, after])
        {
            Assert.Equal(412, (await PutAsync(again, id, tag)).Status);
        }

        var fresh = await TagAsync(again, id);
        Assert.Equal("half of it", (await ShowAsync(again, others)).Json["software_deployment"]!["status_reason"]!.GetValue<string>());
        // Whoever has nothing that was lost goes on; whoever has is told that what he has may be nothing.
        using (var follower = await Follower.OpenAsync(again, after: kept, token: ServiceApp.AdminToken))
        {
            Assert.Equal("run", Assert.Single(await follower.EventsAsync(1)).Kind());
        }

        using var misled = await Follower.OpenAsync(again, after: lost, token: ServiceApp.AdminToken);
        Assert.Equal(lost, (await misled.BlockAsync()).Id);
        var gap = await misled.BlockAsync();
        Assert.Equal(("gap", 1), (gap.Event, gap.Data!["from"]!.GetValue<long>()));
        Assert.Equal(200, (await PutAsync(again, id, fresh)).Status);
        var next = Assert.Single(await misled.EventsAsync(1));
        Assert.Equal("update", next.Kind());
        Assert.True(next.Sequence() > gap.Id && gap.Id > lost);
        // A database that was restored is backed up and restored like any other.
        await Backups.TakeAsync(_other, Backup + "2");
        await Backups.RestoreAsync(Backup + "2", _third);
        await using var third = new ServiceApp(folder: _third.Name);
        Assert.Equal(4, (await HistoryAsync(new Project(third, "project"), id)).Count);
        Assert.NotEqual(fresh, await TagAsync(new Project(third, "project"), id));
    }

    [Fact]
    public async Task The_runs_of_before_are_kept_as_ever()
    {
        string id;
        var keep = new Dictionary<string, string> { ["Runs:Keep"] = "4" };
        await using (var app = new ServiceApp(keep, _folder.Name))
        {
            var project = new Project(app, "project");
            id = await project.DeploymentAsync();
            await RunAsync(project, id, 2);
        }

        await Backups.CommandAsync(_folder, "after-restore");
        await using var restored = new ServiceApp(keep, _folder.Name);
        var again = new Project(restored, "project");

        // The third was in progress: it is run again, and then once more.
        await RunAsync(again, id, 1);

        var runs = (await again.SendAsync("GET", $"software_deployments/{id}/runs", token: ServiceApp.AdminToken)).Json["runs"]!.AsArray()
            .Select(run => run!["number"]!.GetValue<long>()).ToList();
        Assert.Equal([3, 2], runs[2..]);
        Assert.Equal(runs[1] + 1, runs[0]);
    }

    [PostgresFact]
    public async Task A_replica_that_still_runs_ends_when_it_sees_that_the_database_was_restored()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name);
        await using var output = new StringWriter();

        Assert.Equal(0, await ProgramCommands.RunAsync(["after-restore", .. TestDatabase.In(_folder.At("data")).Arguments], TimeProvider.System, output, output));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Contains(service.Output, line => line.Contains("it was restored", StringComparison.Ordinal));
    }

    private static Agent AgentOf(ServiceApp app, string url) => new(app, new Uri(url).PathAndQuery);

    private static string Name(JsonNode entry) => entry["id"]!.GetValue<string>();

    private static long NumberOf(JsonNode entry) => long.Parse(Name(entry).Split('-')[^1], CultureInfo.InvariantCulture);

    private static async Task<string> ScriptAsync(Agent agent) => (await agent.SendAsync("GET", agent.Url + "/agent.sh")).Text;

    private static async Task<Answer> ShowAsync(Project project, string id) => await project.SendAsync("GET", $"software_deployments/{id}", token: ServiceApp.AdminToken);

    private static async Task<string> StatusAsync(Project project, string id) => (await ShowAsync(project, id)).Json["software_deployment"]!["status"]!.GetValue<string>();

    private static async Task<string> TagAsync(Project project, string id) => (await ShowAsync(project, id)).Headers["etag"];

    private static Task<List<JsonNode>> HistoryAsync(Project project, string id) => project.HistoryAsync(id, token: ServiceApp.AdminToken);

    private static async Task<long> LastEventAsync(Project project, string id) => (await HistoryAsync(project, id))[^1].Sequence();

    private static async Task RunAsync(Project project, string id, int times)
    {
        for (var time = 0; time < times; time++)
        {
            Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{id}/run", token: ServiceApp.AdminToken)).Status);
        }
    }

    private static Task<Answer> PutAsync(Project project, string id, string tag) =>
        project.SendWithAsync(("If-Match", tag), "PUT", $"software_deployments/{id}", """{"status_reason": "seen"}""", ServiceApp.AdminToken);
}
