using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Fleet;

/// <summary>The counts of a project.</summary>
public sealed class SummaryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:30:00Z", CultureInfo.InvariantCulture));

    [Fact]
    public async Task An_empty_project_has_nothing()
    {
        var summary = await ServiceApp.NewProject().SummaryAsync();

        Assert.Equal(["by_status", "overdue", "servers", "silent_servers", "hours"], summary.AsObject().Select(member => member.Key));
        Assert.Equal("""{"IN_PROGRESS":0,"COMPLETE":0,"FAILED":0}""", summary["by_status"]!.ToJsonString());
        Assert.Equal((0, 0, 0), (Number(summary, "overdue"), Number(summary, "servers"), Number(summary, "silent_servers")));
        Assert.Equal(24, summary["hours"]!.AsArray().Count);
        Assert.All(summary["hours"]!.AsArray(), hour => Assert.Equal((0, 0), (Number(hour!, "reports"), Number(hour!, "failures"))));
    }

    [Fact]
    public async Task Deployments_are_counted_by_status_and_follow_every_change()
    {
        var project = ServiceApp.NewProject();
        var config = await project.ConfigAsync();
        var first = await project.CreateAsync(config, "a");
        var second = await project.CreateAsync(config, "b", status: "FAILED");
        await AssertAsync(1, 0, 1, servers: 2);

        await project.UpdateAsync(first, """{"status": "COMPLETE"}""");
        await AssertAsync(0, 1, 1, servers: 2);
        await project.SendAsync("POST", $"software_deployments/{second}/run");
        await AssertAsync(1, 1, 0, servers: 2);

        // "a" has reported and stays known; "b" was never heard of.
        await project.DeleteAsync(first);
        await project.DeleteAsync(second);
        await AssertAsync(0, 0, 0, servers: 1);

        async Task AssertAsync(int inProgress, int complete, int failed, int servers)
        {
            var summary = await project.SummaryAsync();
            Assert.Equal($$"""{"IN_PROGRESS":{{inProgress}},"COMPLETE":{{complete}},"FAILED":{{failed}}}""", summary["by_status"]!.ToJsonString());
            Assert.Equal(servers, Number(summary, "servers"));
        }
    }

    [Fact]
    public async Task A_deployment_is_overdue_only_while_it_is_in_progress()
    {
        string id;
        await using (var app = NewApp())
        {
            id = new Project(app).Id;
            var project = new Project(app, id);
            await project.DeploymentAsync();
            await project.DeploymentAsync();
        }

        _folder.Database.Execute("UPDATE software_deployments SET lateness = 1, timeout = 60, deadline = 4102444800000");
        await using (var app = NewApp())
        {
            var project = new Project(app, id);
            Assert.Equal(2, Number(await project.SummaryAsync(), "overdue"));
            Assert.Equal(2, Number((await project.ServersAsync())[0]!, "overdue"));

            await project.UpdateAsync((await project.IdsAsync("?overdue=true"))[0], """{"status": "COMPLETE"}""");

            Assert.Equal(1, Number(await project.SummaryAsync(), "overdue"));
            Assert.Equal(1, Number((await project.ServersAsync())[0]!, "overdue"));
            Assert.Single(await project.IdsAsync("?overdue=true"));
        }
    }

    [Fact]
    public async Task Servers_that_were_heard_of_and_are_no_more_are_silent()
    {
        await using var app = NewApp();
        var project = new Project(app);
        var config = await project.ConfigAsync();
        await (await Agent.OfAsync(project, "polls")).PollAsync();
        var reported = await project.CreateAsync(config, "reports");
        await project.UpdateAsync(reported, """{"output_values": {"a": 1}}""");
        await project.CreateAsync(config, "never heard of");
        await AssertSilentAsync();

        _time.Advance(TimeSpan.FromSeconds(60));
        await AssertSilentAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await AssertSilentAsync("polls", "reports");

        // Nothing is expected of one that never polls and has nothing to do.
        await project.UpdateAsync(reported, """{"status": "FAILED", "status_reason": "by hand"}""");
        await AssertSilentAsync("polls");

        await (await Agent.OfAsync(project, "polls")).PollAsync();
        await AssertSilentAsync();

        async Task AssertSilentAsync(params string[] names)
        {
            Assert.Equal(names.Length, Number(await project.SummaryAsync(), "silent_servers"));
            Assert.Equal(names, (await project.ServersAsync("?silent=true")).Select(server => server!["server_id"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task The_hours_move_on_and_survive_a_restart()
    {
        string id;
        await using (var app = NewApp())
        {
            var project = new Project(app);
            id = project.Id;
            var config = await project.ConfigAsync();
            var deployment = await project.CreateAsync(config, "a");
            await project.UpdateAsync(deployment, """{"status": "FAILED", "output_values": {"a": 1}}""");
            await project.UpdateAsync(deployment, """{"status": "FAILED"}""");
            await project.CreateAsync(config, "b", status: "FAILED");
            await AssertAsync(project, (0, "12", 2, 2));

            _time.Advance(TimeSpan.FromMinutes(29) + TimeSpan.FromSeconds(59));
            await project.UpdateAsync(deployment, """{"status": "COMPLETE"}""");
            await AssertAsync(project, (0, "12", 3, 2));

            _time.Advance(TimeSpan.FromSeconds(1));
            await project.SendAsync("POST", $"software_deployments/{deployment}/run");
            await project.SendAsync("POST", $"software_deployments/{deployment}/signal", """{"deploy_status_code": 1}""");
            await AssertAsync(project, (1, "12", 3, 2), (0, "13", 1, 1));

            _time.Advance(TimeSpan.FromHours(22));
            await project.UpdateAsync(deployment, "{}");
            await AssertAsync(project, (23, "12", 3, 2), (22, "13", 1, 1), (0, "11", 1, 0));
        }

        await using (var app = NewApp())
        {
            var project = new Project(app, id);
            await AssertAsync(project, (23, "12", 3, 2), (22, "13", 1, 1), (0, "11", 1, 0));

            // The first hour makes room for the same one of the next day.
            _time.Advance(TimeSpan.FromHours(1));
            await AssertAsync(project, (23, "13", 1, 1), (1, "11", 1, 0));
            await project.UpdateAsync((await project.IdsAsync())[1], """{"status": "COMPLETE"}""");
            await AssertAsync(project, (23, "13", 1, 1), (1, "11", 1, 0), (0, "12", 1, 0));

            _time.Advance(TimeSpan.FromDays(3));
            await AssertAsync(project);
        }

        static async Task AssertAsync(Project project, params (int Ago, string Hour, int Reports, int Failures)[] expected)
        {
            var hours = (await project.SummaryAsync())["hours"]!.AsArray();
            Assert.Equal(24, hours.Count);
            var times = hours.Select(hour => DateTimeOffset.Parse(hour!["time"]!.GetValue<string>(), CultureInfo.InvariantCulture)).ToList();
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(TimeSpan.FromHours(1), pair.Second - pair.First));
            var shown = hours.Select((hour, place) => (23 - place, times[place].ToString("HH", CultureInfo.InvariantCulture), Number(hour!, "reports"), Number(hour!, "failures")));
            Assert.Equal(expected.OrderByDescending(hour => hour.Ago), shown.Where(hour => hour.Item3 + hour.Item4 > 0));
        }
    }

    [Fact]
    public async Task A_project_counts_what_is_its_own()
    {
        var project = ServiceApp.NewProject();
        await project.DeploymentAsync();
        var other = ServiceApp.NewProject();

        Assert.Equal(0, Number(await other.SummaryAsync(), "servers"));
        Assert.Empty(await other.ServersAsync());
        Assert.Empty(await other.IdsAsync("?detail=true"));
        Assert.Equal(403, (await project.SendAsync("GET", "software_deployments/summary", token: await other.MemberTokenAsync())).Status);
        Assert.Equal(403, (await project.SendAsync("GET", "servers", token: await other.MemberTokenAsync())).Status);
        Assert.Equal(200, (await project.SendAsync("GET", "software_deployments/summary", token: await project.TokenAsync("reader"))).Status);
        Assert.Equal(403, (await project.SendAsync("GET", "software_deployments/summary", token: await project.TokenAsync("agent", "a-server"))).Status);
    }

    public void Dispose() => _folder.Dispose();

    private static int Number(JsonNode node, string name) => node[name]!.GetValue<int>();

    private ServiceApp NewApp() => new(
        new() { ["Servers:SilentSeconds"] = "60" }, _folder.Name, services => services.AddSingleton<TimeProvider>(_time));
}
