using DeploymentService.Storage;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Agents;

/// <summary>
/// An execution that a caller ended before its server can have had it is not handed out any more. One that the server may have stays, because some hooks tear
/// down what disappears.
/// </summary>
public sealed class HandedOutTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("COMPLETE", "member")]
    [InlineData("FAILED", "member")]
    [InlineData("FAILED", "admin")]
    public async Task Ended_before_it_was_fetched(string status, string role)
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        Assert.Equal(200, (await agent.PollAsync("HEAD")).Status);
        await _project.UpdateAsync(id, """{"status_reason": "half of it", "output_values": {"a": 1}}""");

        await _project.UpdateAsync(id, $$"""{"status": "{{status}}", "output_values": {"a": 1} }""", await _project.TokenAsync(role));

        Assert.Equal("""{"deployments":[]}""", (await agent.PollAsync()).Text);
        await _project.UpdateAsync(id, """{"status": "FAILED", "status_reason": "more"}""");
        Assert.Empty(await agent.EntriesAsync());
        // Heat's own call shows it as ever.
        Assert.Single((await _project.SendAsync("GET", "software_deployments/metadata/a-server")).Json["metadata"]!.AsArray());
    }

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("FAILED")]
    public async Task Created_as_ended(string status)
    {
        await EndedAsync(status);

        Assert.Empty(await (await Agent.OfAsync(_project)).EntriesAsync());
    }

    [Theory]
    [InlineData("""{"status": "IN_PROGRESS"}""", 1)]
    [InlineData("""{"action": "UPDATE"}""", 2)]
    [InlineData("""{"action": "UPDATE", "status": "IN_PROGRESS"}""", 2)]
    public async Task In_progress_again_it_is_handed_out(string change, int execution)
    {
        var id = await EndedAsync("COMPLETE");

        await _project.UpdateAsync(id, change);

        var agent = await Agent.OfAsync(_project);
        Assert.Equal($"{id}-{execution}", (await agent.EntryAsync())["id"]!.GetValue<string>());
        Assert.Equal(200, (await agent.SignalAsync("{}")).Status);
        Assert.Equal("COMPLETE", (await _project.LookAsync(id)).Status);
        Assert.Equal($"{id}-{execution}", (await agent.EntryAsync())["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_hands_it_out_and_an_end_before_the_next_fetch_takes_it_back()
    {
        var id = await EndedAsync("COMPLETE");
        var agent = await Agent.OfAsync(_project);

        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await _project.UpdateAsync(id, """{"status": "FAILED"}""");
        Assert.Empty(await agent.EntriesAsync());

        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        Assert.Equal($"{id}-3", (await agent.EntryAsync())["id"]!.GetValue<string>());
        await _project.UpdateAsync(id, """{"status": "FAILED"}""");
        Assert.Equal($"{id}-3", (await agent.EntryAsync())["id"]!.GetValue<string>());

        // Each execution for itself.
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await _project.UpdateAsync(id, """{"status": "FAILED"}""");
        Assert.Empty(await agent.EntriesAsync());
    }

    [Theory]
    [InlineData("poll")]
    [InlineData("metadata")]
    [InlineData("agent's update")]
    [InlineData("agent's progress")]
    [InlineData("agent's signal")]
    [InlineData("member's signal")]
    public async Task Fetched_or_reported_before_its_end_it_stays(string way)
    {
        var id = await _project.DeploymentAsync();
        var token = await _project.TokenAsync("agent", "a-server");
        var answer = way switch
        {
            "poll" => await (await Agent.OfAsync(_project)).PollAsync(),
            "metadata" => await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: token),
            "agent's update" => await _project.UpdateAsync(id, """{"status": "COMPLETE"}""", token),
            "agent's progress" => await _project.UpdateAsync(id, """{"status_reason": "half of it"}""", token),
            "agent's signal" => await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}", token),
            _ => await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}"),
        };
        Assert.Equal(200, answer.Status);

        await _project.UpdateAsync(id, """{"status": "FAILED"}""");
        await AssertStaysAsync();
        await _project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");
        await AssertStaysAsync();

        async Task AssertStaysAsync() => Assert.Equal($"{id}-1", (await (await Agent.OfAsync(_project)).EntryAsync())["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("metadata with a member's token")]
    [InlineData("another server's poll")]
    [InlineData("a refused report")]
    public async Task What_is_no_fetch_and_no_report_does_not_count(string way)
    {
        var id = await _project.DeploymentAsync();
        _ = way switch
        {
            "metadata with a member's token" => await _project.SendAsync("GET", "software_deployments/metadata/a-server"),
            "another server's poll" => await (await Agent.OfAsync(_project, "another-server")).PollAsync(),
            _ => await _project.SendAsync("PUT", $"software_deployments/{id}", "[]", await _project.TokenAsync("agent", "a-server")),
        };

        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        Assert.Empty(await (await Agent.OfAsync(_project)).EntriesAsync());
    }

    [Fact]
    public async Task Expired_it_stays_whatever_becomes_of_it()
    {
        using var timed = new TimedApp();
        var project = timed.NewProject();
        var id = await project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        await timed.PassAsync(60);
        Assert.Equal("FAILED", (await project.LookAsync(id)).Status);
        var agent = await Agent.OfAsync(project);
        Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());

        await project.UpdateAsync(id, """{"status": "FAILED", "status_reason": "given up"}""");
        await project.UpdateAsync(id, """{"status": "IN_PROGRESS"}""");
        await project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_end_that_overtakes_the_fetch_takes_nothing_back()
    {
        var agent = await Agent.OfAsync(_project);
        for (var round = 0; round < 10; round++)
        {
            var id = await _project.DeploymentAsync();
            var polling = agent.EntriesAsync();
            await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");
            var had = Ids(await polling).Contains(id + "-1");

            Assert.Equal(had, Ids(await agent.EntriesAsync()).Contains(id + "-1"));
            // What the poll left behind is written before this.
            await _project.UpdateAsync(id, "{}");
            Assert.Equal(had, (await _project.HistoryAsync(id)).Any(evt => evt.Kind() == "fetched"));
            Assert.Equal(had, Ids(await agent.EntriesAsync()).Contains(id + "-1"));
        }

        static List<string> Ids(System.Text.Json.Nodes.JsonArray entries) => [.. entries.Select(entry => entry!["id"]!.GetValue<string>())];
    }

    [Fact]
    public async Task A_fetch_that_waits_to_be_written_counts_already()
    {
        await using var app = new ServiceApp();
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        var agent = await Agent.OfAsync(project);
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var block = app.Services.GetRequiredService<GroupCommitWriter>().WriteAsync(new Held(entered, gate));
        await entered.Task;

        var ending = project.UpdateAsync(id, """{"status": "COMPLETE"}""");
        await agent.EntryAsync();
        Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
        gate.Set();
        await Task.WhenAll(block, ending);

        Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_fetch_that_could_not_be_written_counts_and_is_written_later()
    {
        await using var app = new ServiceApp(new() { ["Database:BusyTimeoutMilliseconds"] = "100" });
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        var agent = await Agent.OfAsync(project);
        using (app.Database.Hold())
        {
            Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
            // It stands behind the fetch in the queue.
            Assert.Equal(503, (await project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""")).Status);
        }

        await project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
        await project.UntilAsync(id, "fetched");
        Assert.Equal($"{id}-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
    }

    private async Task<string> EndedAsync(string status)
    {
        var created = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{await _project.ConfigAsync()}}", "server_id": "a-server", "status": "{{status}}"}""");
        return created.Json["software_deployment"]!["id"]!.GetValue<string>();
    }

    private sealed class Held(TaskCompletionSource entered, ManualResetEventSlim gate) : Change<bool>
    {
        protected override bool Execute(IWriteTransaction rows)
        {
            entered.TrySetResult();
            gate.Wait();
            return true;
        }
    }
}
