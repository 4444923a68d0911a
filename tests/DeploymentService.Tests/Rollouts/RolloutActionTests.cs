using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Rollouts;

/// <summary>What people do with a rollout. Who is not the first to want something is no error.</summary>
public sealed class RolloutActionTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Paused_it_begins_nothing_and_counts_what_runs()
    {
        var id = await BegunAsync("\"batch_sizes\": [1]");

        var paused = await _project.ActAsync(id, "pause");
        Assert.Equal(("PAUSED", "Paused by 'member-of-a-test'"), (paused.Text("status"), paused.Text("status_reason")));
        await _project.ReportAsync(id);
        await _project.UntilCountsAsync(id, "2 0 1 0 0");
        Assert.Equal("PAUSED", (await _project.ActAsync(id, "pause")).Text("status"));

        Assert.Equal("IN_PROGRESS", (await _project.ActAsync(id, "resume")).Text("status"));
        await _project.UntilCountsAsync(id, "1 1 1 0 0");
        Assert.Equal("IN_PROGRESS", (await _project.ActAsync(id, "resume")).Text("status"));
        Assert.Equal("created batch_begun paused resumed batch_ended batch_begun", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task It_pauses_after_each_batch_but_the_last_where_that_was_asked_for()
    {
        var id = await BegunAsync("\"batch_sizes\": [1], \"pause_after_batch\": true");
        await _project.ReportAsync(id);
        await _project.UntilAsync(id, "PAUSED");

        await _project.ActAsync(id, "next");
        await _project.UntilCountsAsync(id, "1 1 1 0 0");
        await _project.ReportAsync(id);
        await _project.UntilAsync(id, "PAUSED");

        await _project.ActAsync(id, "resume");
        await _project.UntilCountsAsync(id, "0 1 2 0 0");
        await _project.ReportAsync(id);
        await _project.UntilAsync(id, "COMPLETE");
    }

    [Fact]
    public async Task Next_does_not_wait_and_with_a_number_it_is_done_once()
    {
        var id = await BegunAsync("\"batch_sizes\": [1]");

        await _project.ActAsync(id, "next", """{"batch": 2}""");
        await _project.UntilCountsAsync(id, "1 2 0 0 0");
        var again = await _project.ActAsync(id, "next", """{"batch": 2}""");
        Assert.Equal(2, again.Number("batch"));
        await _project.ActAsync(id, "next");
        await _project.UntilCountsAsync(id, "0 3 0 0 0");
        // There is no further batch.
        Assert.Equal(3, (await _project.ActAsync(id, "next")).Number("batch"));
        Assert.Equal(400, (await _project.SendAsync("POST", $"rollouts/{id}/next", """{"batch": "x"}""")).Status);
        Assert.Equal(400, (await _project.SendAsync("POST", $"rollouts/{id}/next", """{"batch": 0}""")).Status);
    }

    [Fact]
    public async Task Aborted_it_leaves_what_runs_alone_and_says_so()
    {
        var id = await BegunAsync("\"batch_sizes\": [1]");

        var aborted = await _project.ActAsync(id, "abort");
        Assert.Equal("ABORTED", aborted.Text("status"));
        Assert.Contains("2 servers were not begun; 1 server already begun is left alone", aborted.Text("status_reason"), StringComparison.Ordinal);
        await _project.ReportAsync(id);
        await _project.UntilCountsAsync(id, "2 0 1 0 0");
        foreach (var action in new[] { "abort", "pause", "resume", "next", "retry" })
        {
            Assert.Equal("ABORTED", (await _project.ActAsync(id, action)).Text("status"));
        }

        Assert.Equal("created batch_begun aborted", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task What_failed_is_run_again_and_then_the_rest()
    {
        var id = await BegunAsync("\"batch_sizes\": [2], \"max_failures\": 0");
        await _project.ReportAsync(id, server => server == "s2");
        await _project.UntilCountsAsync(id, "1 0 1 1 0");
        Assert.Equal("FAILED", (await _project.ShowRolloutAsync(id)).Text("status"));

        var retried = await _project.ActAsync(id, "retry");
        Assert.Equal(("IN_PROGRESS", null), (retried.Text("status"), retried.Text("ended_time")));
        await _project.UntilCountsAsync(id, "0 2 1 0 0");
        // Nothing has failed since.
        Assert.Equal("0 2 1 0 0", (await _project.ActAsync(id, "retry")).Counts());
        var again = (await _project.ServersAsync(id, "IN_PROGRESS")).Single(server => server.Text("server_id") == "s2");
        Assert.Equal((2, 2), (again.Number("execution"), again.Number("batch")));
        await _project.ReportAsync(id);

        await _project.UntilAsync(id, "COMPLETE");
        Assert.Equal("created batch_begun ended retried batch_begun ended", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task A_new_rollout_takes_what_failed_or_was_never_begun_in_another()
    {
        var id = await BegunAsync("\"batch_sizes\": [2], \"input_values\": {\"x\": 1}, \"action\": \"UPDATE\"");
        var early = await _project.SendAsync("POST", "rollouts", $$"""{"name": "again", "retry_of": "{{id}}"}""");
        Assert.Equal(409, early.Status);
        await _project.ReportAsync(id, server => server == "s2");
        await _project.UntilCountsAsync(id, "0 1 1 1 0");
        await _project.ReportAsync(id);
        await _project.UntilAsync(id, "COMPLETE_WITH_FAILURES");

        var answer = await _project.SendAsync("POST", "rollouts", $$"""{"name": "again", "retry_of": "{{id}}"}""");

        Assert.True(answer.Status == 200, answer.Text);
        var rollout = answer.Json["rollout"]!;
        Assert.Equal((id, 1, "UPDATE", "{\"x\":1}"), (rollout.Text("retry_of"), rollout.Number("total"), rollout.Text("action"), rollout["input_values"]!.ToJsonString()));
        await _project.UntilCountsAsync(rollout.Text("id")!, "0 1 0 0 0");
        Assert.Equal("s2", (await _project.ServersAsync(rollout.Text("id")!))[0].Text("server_id"));
        await _project.ReportAsync(rollout.Text("id")!);
        await _project.UntilAsync(rollout.Text("id")!, "COMPLETE");
        Assert.Equal(400, (await _project.SendAsync("POST", "rollouts", $$"""{"name": "again", "retry_of": "{{rollout.Text("id")}}"}""")).Status);
    }

    [Fact]
    public async Task What_is_deleted_or_run_by_hand_does_not_make_it_stand_still()
    {
        var id = await BegunAsync("\"max_failures\": 2");
        var servers = await _project.ServersAsync(id);

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{servers[0].Text("deployment_id")}")).Status);
        await _project.UntilCountsAsync(id, "0 2 0 1 0");
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{servers[1].Text("deployment_id")}/run")).Status);
        await _project.SetAsync(servers[1].Text("deployment_id")!, "COMPLETE");
        await _project.UntilCountsAsync(id, "0 1 1 1 0");
        Assert.Equal(200, (await _project.SendAsync("PUT", $"software_deployments/{servers[2].Text("deployment_id")}", $$"""{"config_id": "{{await _project.ConfigAsync()}}"}""")).Status);

        var ended = await _project.UntilAsync(id, "COMPLETE_WITH_FAILURES");
        Assert.Equal("0 0 1 2 0", ended.Counts());
        Assert.Equal(
            "The deployment was deleted before its end, The deployment was given another config before its end",
            string.Join(", ", (await _project.ServersAsync(id, "FAILED")).Select(server => server.Text("status_reason"))));
        // Where its deployment is gone, a server gets another.
        await _project.ActAsync(id, "retry");
        await _project.UntilCountsAsync(id, "0 2 1 0 0");
        await _project.ReportAsync(id);
        await _project.UntilAsync(id, "COMPLETE");
    }

    [Fact]
    public async Task Servers_that_have_the_config_with_the_same_inputs_are_skipped_where_that_was_asked_for()
    {
        var config = await _project.ConfigAsync();
        foreach (var (server, members) in new[]
        {
            ("s1", "\"status\": \"COMPLETE\", \"input_values\": {\"x\": 1}"), ("s2", "\"status\": \"COMPLETE\", \"input_values\": {\"x\": 2}"), ("s3", "\"input_values\": {\"x\": 1}"),
        })
        {
            Assert.Equal(200, (await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "{{server}}", {{members}}}""")).Status);
        }

        var id = await _project.RolloutAsync("\"servers\": [\"s1\", \"s2\", \"s3\"], \"input_values\": { \"x\": 1 }, \"skip_done\": true, \"batch_sizes\": [1, 2]", configId: config);

        await _project.UntilCountsAsync(id, "1 1 0 0 1");
        await _project.ReportAsync(id);
        await _project.UntilCountsAsync(id, "0 1 1 0 1");
        await _project.ReportAsync(id);
        await _project.UntilAsync(id, "COMPLETE");
        var again = await _project.RolloutAsync("\"servers\": [\"s1\", \"s2\", \"s3\"], \"input_values\": {\"x\": 1}, \"skip_done\": true", configId: config);
        Assert.Equal("0 0 0 0 3", (await _project.UntilAsync(again, "COMPLETE")).Counts());
    }

    [Fact]
    public async Task A_server_whose_deployment_has_had_another_config_since_is_not_skipped()
    {
        var config = await _project.ConfigAsync();
        Assert.Equal(200, (await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "s1", "status": "COMPLETE"}""")).Status);
        var newer = await _project.RolloutAsync("\"servers\": [\"s1\"]");
        await _project.UntilCountsAsync(newer, "0 1 0 0 0");
        await _project.ReportAsync(newer);
        await _project.UntilAsync(newer, "COMPLETE");

        var back = await _project.RolloutAsync("\"servers\": [\"s1\"], \"skip_done\": true", configId: config);

        // By its own deployment it has the newer config, whatever another one had before.
        await _project.UntilCountsAsync(back, "0 1 0 0 0");
        await _project.ReportAsync(back);
        await _project.UntilAsync(back, "COMPLETE");
        var again = await _project.RolloutAsync("\"servers\": [\"s1\"], \"skip_done\": true", configId: config);
        Assert.Equal("0 0 0 0 1", (await _project.UntilAsync(again, "COMPLETE")).Counts());
    }

    [Fact]
    public async Task Nobody_finds_a_rollout_that_is_not_there()
    {
        foreach (var (method, path) in new[]
        {
            ("GET", ""), ("GET", "/servers"), ("GET", "/events"), ("GET", "/wait"), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/next"), ("POST", "/abort"), ("POST", "/retry"),
        })
        {
            Assert.Equal(404, (await _project.SendAsync(method, "rollouts/nothing" + path)).Status);
        }
    }

    /// <summary>A rollout to three servers, whose first batch has begun.</summary>
    private async Task<string> BegunAsync(string members)
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(3)}, {members}");
        await _project.UntilAsync(id, rollout => rollout["counts"]!.Number("IN_PROGRESS") > 0);
        return id;
    }
}
