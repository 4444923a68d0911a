using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Fleet;

/// <summary>What is known of servers: when they were heard of, and which of them are listed.</summary>
public sealed class ServerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PeriodClock _time = new(TimeSpan.FromSeconds(10));

    public static TheoryData<string, string, string, bool> Calls => new()
    {
        // Who, which call, its body, and whether it is a report of the server.
        { "agent", "PUT", """{"status_reason": "at it"}""", true },
        { "agent", "PUT", "{}", true },
        { "agent", "PUT", "no json", true },
        { "agent", "signal", """{"deploy_status_code": 0}""", true },
        { "agent", "signal", "no json", true },
        { "member", "signal", """{"deploy_status_code": 1}""", true },
        { "member", "PUT", """{"output_values": {"a": 1}}""", true },
        { "member", "PUT", """{"status": "COMPLETE"}""", true },
        { "member", "PUT", """{"status": "FAILED", "status_reason": "marked by hand"}""", false },
        { "member", "PUT", """{"status": "IN_PROGRESS"}""", false },
        { "member", "PUT", """{"input_values": {"a": 1}}""", false },
        { "member", "PUT", "no json", false },
        { "member", "PUT", """{"status": "failed"}""", false },
        { "member", "run", "{}", false },
        { "member", "GET", "", false },
        { "agent", "GET", "", false },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_report_is_what_the_server_says_itself(string role, string call, string body, bool isReport)
    {
        var project = ServiceApp.NewProject();
        var deployment = await project.DeploymentAsync();
        var token = await project.TokenAsync(role, role == "agent" ? "a-server" : null);

        await (call is "PUT" or "GET"
            ? project.SendAsync(call, $"software_deployments/{deployment}", call == "GET" ? null : body, token)
            : project.SendAsync("POST", $"software_deployments/{deployment}/{call}", body, token));

        Assert.Equal(isReport, (await OnlyServerAsync(project))["last_report_time"] is not null);
    }

    [Fact]
    public async Task A_report_to_a_signal_url_is_one()
    {
        var project = ServiceApp.NewProject();
        await project.DeploymentAsync();
        var agent = await Agent.OfAsync(project);
        var url = Agent.SignalUrl(await agent.EntryAsync());

        await agent.SendAsync("PUT", url, """{"deploy_status_code": 0}""");

        Assert.NotNull((await OnlyServerAsync(project))["last_report_time"]);
    }

    [Fact]
    public async Task A_fetch_is_what_an_agent_asks_for()
    {
        var project = ServiceApp.NewProject();
        await project.DeploymentAsync();
        var agent = await Agent.OfAsync(project);

        await agent.PollAsync("HEAD");
        await project.SendAsync("GET", "software_deployments/metadata/a-server");
        Assert.Null((await OnlyServerAsync(project))["last_fetch_time"]);

        await agent.PollAsync();
        Assert.NotNull((await OnlyServerAsync(project))["last_fetch_time"]);
        Assert.Null((await OnlyServerAsync(project))["last_report_time"]);
    }

    [Fact]
    public async Task An_agents_token_fetches_too()
    {
        var project = ServiceApp.NewProject();
        await project.DeploymentAsync();

        await project.SendAsync("GET", "software_deployments/metadata/a-server", token: await project.TokenAsync("agent", "a-server"));

        Assert.NotNull((await OnlyServerAsync(project))["last_fetch_time"]);
    }

    [Fact]
    public async Task A_url_that_is_worthless_fetches_nothing()
    {
        var project = ServiceApp.NewProject();
        await project.DeploymentAsync();
        var agent = await Agent.OfAsync(project);
        await Agent.UrlAsync(project, body: """{"rotate": true}""");

        Assert.Equal(404, (await agent.PollAsync()).Status);
        Assert.Equal(404, (await agent.SendAsync("GET", agent.Url + "x")).Status);

        Assert.Null((await OnlyServerAsync(project))["last_fetch_time"]);
    }

    [Fact]
    public async Task The_times_are_those_of_the_last_one_and_silence_begins_with_them()
    {
        await using var app = NewApp();
        var project = new Project(app);
        var deployment = await project.DeploymentAsync();
        var agent = await Agent.OfAsync(project);
        await agent.PollAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await project.UpdateAsync(deployment, """{"output_values": {"a": 1}}""");
        _time.Advance(TimeSpan.FromSeconds(301));

        Assert.Equal(
            """{"server_id":"a-server","last_report_time":"2026-11-23T12:00:10Z","last_fetch_time":"2026-11-23T12:00:00Z","silent":true,"silent_since":"2026-11-23T12:00:10Z","counts":{"IN_PROGRESS":1,"COMPLETE":0,"FAILED":0},"overdue":0}""",
            (await OnlyServerAsync(project)).ToJsonString());

        await agent.PollAsync();
        Assert.Equal(
            """{"server_id":"a-server","last_report_time":"2026-11-23T12:00:10Z","last_fetch_time":"2026-11-23T12:05:11Z","silent":false,"silent_since":null,"counts":{"IN_PROGRESS":1,"COMPLETE":0,"FAILED":0},"overdue":0}""",
            (await OnlyServerAsync(project)).ToJsonString());
    }

    [Fact]
    public async Task The_list_is_ordered_filtered_and_paged()
    {
        var project = ServiceApp.NewProject();
        var config = await project.ConfigAsync();
        string[] names = ["B", "a", "b 1", "b&2", "é", "É", "web/1", "😀"];
        foreach (var name in names.Reverse())
        {
            await project.CreateAsync(config, name);
        }

        var ordered = names.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(ordered, await NamesAsync(project));
        Assert.Equal(["B", "b 1", "b&2", "web/1"], await NamesAsync(project, "?q=B"));
        Assert.Equal(["É", "é"], await NamesAsync(project, "?q=%C3%A9"));
        Assert.Equal(["b&2"], await NamesAsync(project, "?server_id=b%262"));
        Assert.Empty(await NamesAsync(project, "?server_id=b"));
        Assert.Equal(ordered, await NamesAsync(project, "?silent=false&q=&server_id="));
        Assert.Empty(await NamesAsync(project, "?silent=true"));
        Assert.Equal(ordered[2..], await NamesAsync(project, "?marker=b%20%20"));
        Assert.Empty(await NamesAsync(project, "?limit=0"));
        foreach (var limit in new[] { 1, 3, 7, 8, 9 })
        {
            var page = await project.SendAsync("GET", $"servers?limit={limit}&silent=false");
            var seen = new List<string>();
            while (true)
            {
                seen.AddRange(page.Json["servers"]!.AsArray().Select(server => server!["server_id"]!.GetValue<string>()));
                if (page.NextPage("servers") is not { } next)
                {
                    break;
                }

                page = await project.FollowAsync(next);
            }

            Assert.Equal(ordered, seen);
        }
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_by_its_name()
    {
        var message = (await ServiceApp.NewProject().SendAsync("GET", "servers?silent=1&limit=x")).AssertRefused(400);

        Assert.Contains("silent: must be true or false", message, StringComparison.Ordinal);
        Assert.Contains("limit: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_they_were_heard_of_is_put_down_every_ten_seconds_and_at_the_stop()
    {
        string id, before;
        await using (var app = NewApp())
        {
            var project = new Project(app);
            id = project.Id;
            await project.ServersAsync();
            var first = await Agent.OfAsync(project, "first");
            await first.PollAsync();
            Assert.Equal(0, Stored(id));
            await _time.BegunAsync();

            await PassAsync(TimeSpan.FromSeconds(10), () => Stored(id) == 1);

            _time.Advance(TimeSpan.FromSeconds(3));
            await first.PollAsync();
            await project.UpdateAsync(await project.DeploymentAsync("second"), """{"output_values": {"a": 1}}""");
            before = (await project.ServersAsync()).ToJsonString();
            Assert.Contains("\"last_fetch_time\":\"2026-11-23T12:00:13Z\"", before, StringComparison.Ordinal);
        }

        Assert.Equal(2, Stored(id));
        await using (var app = NewApp())
        {
            Assert.Equal(before, (await new Project(app, id).ServersAsync()).ToJsonString());
        }
    }

    [Fact]
    public async Task A_server_that_is_not_heard_of_again_is_forgotten_with_its_last_deployment_or_a_day_later()
    {
        await using var app = NewApp();
        var project = new Project(app);
        await project.ServersAsync();
        var never = await project.DeploymentAsync("never heard of");
        var heard = await project.DeploymentAsync("heard of");
        await project.DeploymentAsync("has something to do");
        foreach (var server in new[] { "heard of", "has something to do" })
        {
            await (await Agent.OfAsync(project, server)).PollAsync();
        }

        await project.DeleteAsync(never);
        await project.DeleteAsync(heard);
        Assert.Equal(["has something to do", "heard of"], await NamesAsync(project));
        await _time.BegunAsync();
        await PassAsync(TimeSpan.FromSeconds(10), () => Stored(project.Id) == 2);

        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(["has something to do", "heard of"], await NamesAsync(project, "?silent=true"));
        await PassAsync(TimeSpan.FromHours(2), () => Stored(project.Id) == 1);

        Assert.Equal(["has something to do"], await NamesAsync(project));
        await (await Agent.OfAsync(project, "heard of")).PollAsync();
        Assert.Equal(["has something to do", "heard of"], await NamesAsync(project));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonNode> OnlyServerAsync(Project project) => Assert.Single(await project.ServersAsync())!;

    private static async Task<IEnumerable<string>> NamesAsync(Project project, string query = "") =>
        (await project.ServersAsync(query)).Select(server => server!["server_id"]!.GetValue<string>());

    private long Stored(string project) =>
        _folder.Database.Number("SELECT count(*) FROM servers WHERE project_id = @project", ("project", project));

    /// <summary>Lets time pass, and waits until the service has done what it does then. It must have begun to wait for its ten seconds.</summary>
    private async Task PassAsync(TimeSpan time, Func<bool> isDone)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _time.Advance(time);
        while (!isDone())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private ServiceApp NewApp() => new(folder: _folder.Name, replace: services => services.AddSingleton<TimeProvider>(_time));
}
