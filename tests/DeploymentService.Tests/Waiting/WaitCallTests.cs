using System.Text.Json.Nodes;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;

namespace DeploymentService.Tests.Waiting;

/// <summary>One request that waits for the end of deployments, and whose status says how they ended.</summary>
public sealed class WaitCallTests(WaitFixture room) : IClassFixture<WaitFixture>
{
    private readonly Project _project = room.NewProject();

    [Theory]
    [InlineData("COMPLETE COMPLETE", 200)]
    [InlineData("COMPLETE FAILED", 409)]
    [InlineData("FAILED", 409)]
    public async Task What_is_at_its_end_is_answered_at_once(string statuses, int status)
    {
        var config = await _project.ConfigAsync();
        foreach (var one in statuses.Split(' '))
        {
            await _project.CreateAsync(config, $"server-of-{one}", status: one, reason: $"because {one}");
        }

        var answer = await WaitAsync($"config_id={config}").PromptlyAsync();

        Assert.Equal(status, answer.Status);
        Assert.Equal(statuses.Split(' ').Count(one => one == "COMPLETE"), Number(answer, "COMPLETE"));
        Assert.Equal(statuses.Split(' ').Count(one => one == "FAILED"), Number(answer, "FAILED"));
        Assert.Equal(0, Number(answer, "IN_PROGRESS"));
        Assert.Empty(answer.Json["left"]!.AsArray());
        Assert.Equal(status == 200, answer.Json["error"] is null);
        if (status == 409)
        {
            var failure = Assert.Single(answer.Json["failures"]!.AsArray())!;
            Assert.Equal(("server-of-FAILED", "because FAILED", config), (Text(failure, "server_id"), Text(failure, "status_reason"), Text(failure, "config_id")));
            Assert.Equal((409, "HTTPConflict"), (answer.Json["code"]!.GetValue<int>(), answer.Type()));
        }
    }

    [Fact]
    public async Task It_ends_with_the_last_of_them()
    {
        var (config, ids) = await NewAsync(3);
        var waiting = WaitAsync($"config_id={config}");
        await room.Clock.WaitersAsync();

        await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");
        await _project.DeleteAsync(ids[1]);
        Assert.False(waiting.IsCompleted);
        // Those that come meanwhile count too.
        var another = await _project.CreateAsync(config, "another");
        await _project.UpdateAsync(ids[2], """{"status": "COMPLETE"}""");
        Assert.False(waiting.IsCompleted);
        await _project.UpdateAsync(another, """{"status": "COMPLETE"}""");

        var answer = await waiting.PromptlyAsync();
        Assert.Equal("""{"counts":{"IN_PROGRESS":0,"COMPLETE":3,"FAILED":0},"failures":[],"left":[]}""", answer.Text);
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("&fail_fast=false", false)]
    [InlineData("&fail_fast=true", true)]
    [InlineData("&fail_fast=True&at_least=5", true)]
    public async Task A_failure_ends_it_at_once_only_where_that_is_asked_for(string query, bool isEnd)
    {
        var (config, ids) = await NewAsync(2);
        var waiting = WaitAsync($"config_id={config}{query}");
        await room.Clock.WaitersAsync();

        await _project.UpdateAsync(ids[1], """{"status": "FAILED", "status_reason": "no space left"}""");
        if (!isEnd)
        {
            await _project.UpdateAsync(ids[0], """{"status_reason": "nearly"}""");
            Assert.False(waiting.IsCompleted);
            await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");
        }

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(409, answer.Status);
        Assert.Equal("no space left", Text(answer.Json["failures"]![0]!, "status_reason"));
        Assert.Equal(isEnd ? 1 : 0, Number(answer, "IN_PROGRESS"));
        Assert.Equal(isEnd ? ["server-0"] : [], answer.Json["left"]!.AsArray().Select(left => Text(left!, "server_id")));
    }

    [Fact]
    public async Task One_that_runs_again_is_waited_for()
    {
        var (config, ids) = await NewAsync(2);
        var waiting = WaitAsync($"config_id={config}");
        await room.Clock.WaitersAsync();

        await _project.UpdateAsync(ids[0], """{"status": "FAILED"}""");
        await _project.SendAsync("POST", $"software_deployments/{ids[0]}/run");
        await _project.UpdateAsync(ids[1], """{"status": "COMPLETE"}""");
        Assert.False(waiting.IsCompleted);
        await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");

        Assert.Equal(200, (await waiting.PromptlyAsync()).Status);
    }

    [Fact]
    public async Task When_time_is_over_it_says_who_is_left_the_longest_silent_first()
    {
        var (config, ids) = await NewAsync(13);
        foreach (var server in new[] { 7, 3, 11 })
        {
            await _project.SendAsync("GET", $"software_deployments/metadata/server-{server}", token: await _project.TokenAsync("agent", $"server-{server}"));
            room.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await _project.UpdateAsync(ids[12], """{"status": "FAILED", "status_reason": "x"}""");
        var waiting = WaitAsync($"config_id={config}&timeout=50");
        await room.Clock.WaitersAsync();
        Assert.InRange(room.Clock.Waits.Last(), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(51.5));

        room.Clock.Advance(TimeSpan.FromSeconds(52));

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(408, answer.Status);
        Assert.Equal("1", answer.Headers["retry-after"]);
        Assert.DoesNotContain("connection", answer.Headers.Keys);
        Assert.Equal((12, 0, 1), (Number(answer, "IN_PROGRESS"), Number(answer, "COMPLETE"), Number(answer, "FAILED")));
        Assert.Single(answer.Json["failures"]!.AsArray());
        var left = answer.Json["left"]!.AsArray();
        Assert.Equal([0, 1, 2, 4, 5, 6, 8, 9, 10, 7], left.Select(one => int.Parse(Text(one!, "server_id")!.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(9, left.Count(one => one!["last_heard_time"] is null));
        Assert.All(left, one => Assert.NotEmpty(Text(one!, "waiting_for")!));
        Assert.StartsWith("Time over: of 13 deployments, 12 IN_PROGRESS, 0 COMPLETE, 1 FAILED.", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_long_reason_the_first_thousand_characters_are_shown()
    {
        var (config, ids) = await NewAsync(2);
        var script = new string('x', 2000);
        await _project.UpdateAsync(ids[0], $$"""{"status": "FAILED", "status_reason": "{{script}}"}""");
        await _project.UpdateAsync(ids[1], $$"""{"status": "FAILED", "status_reason": "db_password : {{script}}"}""");

        var whole = await WaitAsync($"config_id={config}").PromptlyAsync();
        var redacted = await WaitAsync($"config_id={config}", await _project.TokenAsync("reader")).PromptlyAsync();

        const string cut = "… (cut: show the deployment for the whole reason)";
        Assert.Equal([script[..1000] + cut, "db_password : " + script[..986] + cut], Reasons(whole));
        Assert.Equal([script[..1000] + cut, "db_password : ••••"], Reasons(redacted));

        static IEnumerable<string?> Reasons(Answer answer) => answer.Json["failures"]!.AsArray().Select(failure => Text(failure!, "status_reason"));
    }

    [Fact]
    public async Task Ten_failures_are_named_in_the_order_in_which_they_came()
    {
        var (config, ids) = await NewAsync(12);
        foreach (var id in ids.Reverse())
        {
            await _project.UpdateAsync(id, """{"status": "FAILED"}""");
            room.Clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        var answer = await WaitAsync($"config_id={config}").PromptlyAsync();

        Assert.Equal(12, Number(answer, "FAILED"));
        Assert.Equal(ids.Reverse().Take(10), answer.Json["failures"]!.AsArray().Select(failure => Text(failure!, "id")));
    }

    [Theory]
    [InlineData("server_id=nobody")]
    [InlineData("name=misspelt")]
    [InlineData("action=NONE")]
    [InlineData("changed_since=2100-01-01")]
    [InlineData("at_least=3")]
    public async Task Fewer_than_wanted_are_waited_for_and_never_green(string query)
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "a", status: "COMPLETE");
        await _project.CreateAsync(config, "b", status: "COMPLETE");
        var waiting = WaitAsync($"{query}&timeout=1");
        await room.Clock.WaitersAsync();
        Assert.False(waiting.IsCompleted);

        room.Clock.Advance(TimeSpan.FromSeconds(2));

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(404, answer.Status);
        Assert.Contains(query == "at_least=3" ? "Fewer than 3 deployments came in that time: 2" : query, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_as_wanted_end_it()
    {
        var config = await _project.ConfigAsync();
        var waiting = WaitAsync($"config_id={config}&at_least=2");
        await room.Clock.WaitersAsync();

        await _project.CreateAsync(config, "a", status: "COMPLETE");
        await _project.CreateAsync(await _project.ConfigAsync(), "b", status: "COMPLETE");
        Assert.False(waiting.IsCompleted);
        await _project.CreateAsync(config, "b", status: "COMPLETE");

        Assert.Equal(200, (await waiting.PromptlyAsync()).Status);
    }

    [Theory]
    [InlineData("3d5ec2a8-7004-43b6-a7f6-542bdbe9d434")]
    [InlineData("misspelt")]
    [InlineData("$UPPER")]
    [InlineData("$FOREIGN")]
    public async Task A_config_that_is_not_there_is_told_at_once(string config)
    {
        await NewAsync(1);
        config = config.Replace("$UPPER", (await _project.ConfigAsync()).ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("$FOREIGN", await new Project(room.App).ConfigAsync(), StringComparison.Ordinal);

        var answer = await WaitAsync($"config_id={config}").PromptlyAsync();

        Assert.Equal(404, answer.Status);
        Assert.StartsWith($"No software config with id {config} is in this project", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeout=0", "timeout: must be a whole number from 1 to 300.")]
    [InlineData("timeout=301", "timeout: must be a whole number from 1 to 300.")]
    [InlineData("timeout=-1", "timeout: must be a whole number from 1 to 300.")]
    [InlineData("timeout=1.5", "timeout: must be a whole number from 1 to 300.")]
    [InlineData("at_least=0", "at_least: must be a whole number from 1 to 2147483647.")]
    [InlineData("at_least=99999999999999999999", "at_least: must be a whole number from 1 to 2147483647.")]
    [InlineData("fail_fast=1", "fail_fast: must be true or false.")]
    [InlineData("timeout=x&at_least=x&fail_fast=x", "at_least: must be a whole number from 1 to 2147483647; fail_fast: must be true or false; timeout: must be a whole number from 1 to 300.")]
    // A variable that was not set must not become all deployments.
    [InlineData("config_id=", "config_id: is empty: give it a value, or leave it out to wait for all deployments of the project.")]
    [InlineData("server_id", "server_id: is empty: give it a value, or leave it out to wait for all deployments of the project.")]
    [InlineData("at_least=", "at_least: is empty: give it a value, or leave it out to wait for 1 deployment or more.")]
    [InlineData("config_id=&at_least", "config_id: is empty: give it a value, or leave it out to wait for all deployments of the project; at_least: is empty: give it a value, or leave it out to wait for 1 deployment or more.")]
    public async Task What_does_not_fit_is_refused_at_once(string query, string message) => Assert.Equal(message, (await WaitAsync(query).PromptlyAsync()).AssertRefused(400));

    [Theory]
    [InlineData("timeout=")]
    [InlineData("fail_fast")]
    public async Task What_has_no_value_and_makes_no_wait_end_well_counts_as_absent(string query)
    {
        var (config, ids) = await NewAsync(1);
        await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");

        Assert.Equal(200, (await WaitAsync($"config_id={config}&{query}").PromptlyAsync()).Status);
    }

    [Fact]
    public async Task A_reason_that_changes_takes_no_failure_out_of_sight()
    {
        var (_, ids) = await NewAsync(2);
        // Both have the reason with which they began, and the one that fails says another.
        var waiting = WaitAsync("q=server");
        var byReason = WaitAsync("q=Deploy%20data&timeout=1");
        await room.Clock.WaitersAsync(2);

        await _project.UpdateAsync(ids[0], """{"status": "FAILED", "status_reason": "boom"}""");
        await _project.UpdateAsync(ids[1], """{"status": "COMPLETE"}""");

        Assert.Equal(409, (await waiting.PromptlyAsync()).Status);
        room.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(404, (await byReason.PromptlyAsync()).Status);
    }

    [Theory]
    [InlineData("confg_id=x")]
    [InlineData("wait=50")]
    [InlineData("limit=1")]
    // A deployment that fails would drop out of these, and the wait would end well without it.
    [InlineData("status=IN_PROGRESS")]
    [InlineData("status=COMPLETE")]
    [InlineData("overdue=true")]
    [InlineData("changed_before=2026-11-23")]
    public async Task What_cannot_be_waited_with_is_refused_at_once(string query) => Assert.Equal(
        $"{query.Split('=')[0]}: unknown; this call takes server_id, config_id, name, action, changed_since, q, rollout_id, timeout, at_least, fail_fast, progress.",
        (await WaitAsync(query).PromptlyAsync()).AssertRefused(400));

    [Fact]
    public async Task Who_may_not_wait_is_told_at_once()
    {
        (await WaitAsync("", token: "nobody").PromptlyAsync()).AssertRefused(401);
        (await WaitAsync("", token: await new Project(room.App).MemberTokenAsync()).PromptlyAsync()).AssertRefused(403);
        (await WaitAsync("", token: await _project.TokenAsync("agent", "a")).PromptlyAsync()).AssertRefused(403);
        await _project.CreateAsync(await _project.ConfigAsync(), "a", status: "COMPLETE");
        Assert.Equal(200, (await WaitAsync("", token: await _project.TokenAsync("reader")).PromptlyAsync()).Status);
    }

    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("text/plain, */*", true)]
    [InlineData("text/*", true)]
    [InlineData("application/json;q=0.5, text/plain", true)]
    [InlineData("*/*", false)]
    [InlineData("application/json, text/plain, */*", false)]
    [InlineData("text/plain;q=0.5, application/json", false)]
    [InlineData("text/plain;q=0", false)]
    [InlineData("text/html", false)]
    [InlineData("rubbish", false)]
    public async Task Sentences_come_to_whoever_prefers_them(string accept, bool isText)
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "web-1", status: "FAILED", reason: "no space\r\nleft \u001b[31m");
        var failed = await AskAsync($"config_id={config}");
        Assert.Equal(409, failed.Status);
        Assert.Equal("Accept", failed.Headers["vary"]);
        Assert.Equal(isText ? "text/plain; charset=utf-8" : "application/json", failed.Headers["content-type"]);
        if (isText)
        {
            Assert.Matches("^Of 1 deployment, 1 FAILED, 0 COMPLETE, 0 IN_PROGRESS\\.\nFAILED web-1: no space  left  \\[31m \\(deployment [0-9a-f-]{36}\\)\n$", failed.Text);
            Assert.Equal((404, "No software config with id x is in this project, so no deployment of it will come: check config_id and the project.\n"), await StatusAndTextAsync("config_id=x"));
            Assert.Equal((400, "timeout: must be a whole number from 1 to 300.\n"), await StatusAndTextAsync("timeout=x"));
            Assert.Equal((401, "The request you have made requires authentication.\n"), await StatusAndTextAsync("", "nobody"));
            await _project.CreateAsync(await _project.ConfigAsync(), "good", status: "COMPLETE");
            Assert.Equal((200, "1 deployment COMPLETE.\n"), await StatusAndTextAsync("server_id=good"));
        }

        async Task<(int, string)> StatusAndTextAsync(string query, string? token = null)
        {
            var answer = await AskAsync(query, token);
            return (answer.Status, answer.Text);
        }

        Task<Answer> AskAsync(string query, string? token = null) => _project.SendWithAsync(("Accept", accept), "GET", $"software_deployments/wait?{query}", token: token).PromptlyAsync();
    }

    [Fact]
    public async Task A_service_that_stops_asks_to_ask_again()
    {
        var clock = new WaitClock();
        using var logged = new LoggedApp(services => services.AddSingleton<TimeProvider>(clock));
        var project = new Project(logged.App);
        var deployment = await project.DeploymentAsync("a-server");
        Task<Answer>[] waits =
        [
            project.GetAsync("software_deployments/wait"),
            // Nothing that fits has come: that the service stops must not look like the end of the time.
            project.GetAsync("software_deployments/wait?server_id=another"),
        ];
        await clock.WaitersAsync(2);

        logged.App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        foreach (var answer in await Task.WhenAll(waits.Select(wait => wait.PromptlyAsync())))
        {
            answer.AssertRefused(503);
            Assert.Equal("1", answer.Headers["retry-after"]);
        }

        Assert.NotNull(deployment);
        // A stop is no error of the service.
        await Until.TrueAsync(() => logged.Log.Events.Count(IsOfWait) == 2, () => "not logged");
        Assert.DoesNotContain(logged.Log.Events, logged => logged.Level >= LogEventLevel.Error);

        static bool IsOfWait(LogEvent logged) => logged.RenderMessage(null).Contains("/wait\" 503 in", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_who_wait_for_the_same_share_what_is_kept_and_leave_nothing()
    {
        var (config, ids) = await NewAsync(1);
        var waits = Enumerable.Range(0, 10).Select(_ => WaitAsync($"config_id={config}")).Append(WaitAsync($"config_id={config}&fail_fast=true")).ToList();
        await room.Clock.WaitersAsync(11);
        Assert.Equal(2, Watches.OfFilters(room.App, _project.Id));

        await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");

        Assert.All(await Task.WhenAll(waits.Select(wait => wait.PromptlyAsync())), answer => Assert.Equal(200, answer.Status));
        await Watches.AreGoneAsync(() => Watches.OfFilters(room.App, _project.Id));
        await Watches.AreGoneAsync(() => Watches.IsWatched(room.App, _project.Id) ? 1 : 0);
    }

    [Theory]
    [InlineData(null, 404)]
    [InlineData("IN_PROGRESS", 408)]
    [InlineData("COMPLETE", 200)]
    [InlineData("FAILED", 409)]
    public async Task Head_says_how_it_stands_and_never_waits(string? status, int code)
    {
        if (status is not null)
        {
            await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: status);
        }

        var answer = await _project.SendAsync("HEAD", "software_deployments/wait?timeout=300").PromptlyAsync();

        Assert.Equal(code, answer.Status);
        Assert.Empty(answer.Text);
        Assert.NotEqual("0", answer.Headers["content-length"]);
        Assert.Empty((await _project.SendWithAsync(("Accept", "text/plain"), "HEAD", "software_deployments/wait").PromptlyAsync()).Text);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task No_deployment_has_that_name(string method) =>
        Assert.Equal("Deployment with id wait not found", (await _project.SendAsync(method, "software_deployments/wait", method == "PUT" ? "{}" : null)).AssertRefused(404));

    [Fact]
    public async Task The_examples_of_the_document_have_what_is_answered()
    {
        var route = Http.OpenApi.ApprovedDocument.Routes["waitForDeployments"];
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "a", status: "COMPLETE");
        AssertAlike(route.AnswerExample(200)!, await WaitAsync($"config_id={config}").PromptlyAsync());
        await _project.CreateAsync(config, "b", status: "FAILED");
        AssertAlike(route.AnswerExample(409)!, await WaitAsync($"config_id={config}").PromptlyAsync());

        var left = await _project.DeploymentAsync();
        var waiting = WaitAsync("server_id=a-server&timeout=1");
        await room.Clock.WaitersAsync();
        room.Clock.Advance(TimeSpan.FromSeconds(2));
        var answer = await waiting.PromptlyAsync();
        Assert.Equal(left, Text(answer.Json["left"]![0]!, "id"));
        AssertAlike(route.AnswerExample(408)!, answer);

        static void AssertAlike(JsonNode example, Answer answer)
        {
            Assert.Equal(Keys(example), Keys(answer.Json));
            foreach (var list in new[] { "failures", "left" })
            {
                Assert.Equal(example[list]!.AsArray().Select(Keys), answer.Json[list]!.AsArray().Select(Keys));
            }
        }

        static IEnumerable<string> Keys(JsonNode? node) => node!.AsObject().Select(member => member.Key);
    }

    private Task<Answer> WaitAsync(string query, string? token = null) => _project.GetAsync($"software_deployments/wait?{query}", token: token);

    private async Task<(string Config, string[] Ids)> NewAsync(int count)
    {
        var config = await _project.ConfigAsync();
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = await _project.CreateAsync(config, $"server-{index}");
        }

        return (config, ids);
    }

    private static int Number(Answer answer, string status) => answer.Json["counts"]![status]!.GetValue<int>();

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();
}
