using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Rollouts;

/// <summary>Batch by batch, each only when the one before is at its end.</summary>
public sealed class BatchTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Without_batches_all_servers_are_begun_at_once()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(600)}");

        var running = await _project.UntilCountsAsync(id, "0 600 0 0 0");
        Assert.Equal((1, 1), (running.Number("batch"), running.Number("batches")));
        await _project.ReportAsync(id);
        var ended = await _project.UntilAsync(id, "COMPLETE");
        Assert.Equal("0 0 600 0 0", ended.Counts());
        Assert.Equal(600, ended.Number("done"));
        Assert.NotNull(ended.Text("ended_time"));
        Assert.Equal("created batch_begun ended", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task The_last_size_repeats()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(8)}, \"batch_sizes\": [1, 3]");
        foreach (var (batch, counts) in new[] { (1, "7 1 0 0 0"), (2, "4 3 1 0 0"), (3, "1 3 4 0 0"), (4, "0 1 7 0 0") })
        {
            var running = await _project.UntilAsync(id, rollout => rollout.Number("batch") == batch && rollout.Counts() == counts);
            Assert.Equal(4, running.Number("batches"));
            Assert.All(await _project.ServersAsync(id, "IN_PROGRESS"), server => Assert.Equal(batch, server.Number("batch")));
            await _project.ReportAsync(id);
        }

        await _project.UntilAsync(id, "COMPLETE");
        Assert.Equal(
            "created batch_begun batch_ended batch_begun batch_ended batch_begun batch_ended batch_begun ended", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task The_next_batch_waits_for_the_last_server_of_the_one_before()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\", \"c\"], \"batch_sizes\": [2]");
        await _project.UntilCountsAsync(id, "1 2 0 0 0");
        var first = await _project.ServersAsync(id, "IN_PROGRESS");

        await _project.SetAsync(first[0].Text("deployment_id")!, "COMPLETE");
        var waiting = await _project.UntilCountsAsync(id, "1 1 1 0 0");
        // A rollout without a timeout says whom it waits for.
        Assert.Contains("Waits for 1 server: b (", waiting.Text("waiting_for"), StringComparison.Ordinal);
        Assert.Equal(1, waiting.Number("batch"));

        await _project.SetAsync(first[1].Text("deployment_id")!, "COMPLETE");
        await _project.UntilCountsAsync(id, "0 1 2 0 0");
    }

    [Fact]
    public async Task Servers_that_are_listed_twice_count_once_and_keep_their_order()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"z\", \"a\", \"z\", \"m\", \"a\"]");

        var rollout = await _project.UntilCountsAsync(id, "0 3 0 0 0");
        Assert.Equal(3, rollout.Number("total"));
        Assert.Equal("z a m", string.Join(' ', (await _project.ServersAsync(id)).Select(server => server.Text("server_id"))));
    }

    [Fact]
    public async Task A_server_has_one_deployment_for_all_rollouts_of_a_name()
    {
        var first = await _project.RolloutAsync("\"servers\": [\"a\", \"b\"], \"input_values\": {\"x\": 1}, \"timeout\": 600");
        await _project.UntilCountsAsync(first, "0 2 0 0 0");
        await _project.ReportAsync(first);
        await _project.UntilAsync(first, "COMPLETE");

        var config = await _project.ConfigAsync();
        var second = await _project.RolloutAsync("\"servers\": [\"b\", \"c\"], \"input_values\": {\"x\": 2}, \"action\": \"UPDATE\", \"timeout\": 300", configId: config);
        await _project.UntilCountsAsync(second, "0 2 0 0 0");

        var before = (await _project.ServersAsync(first)).Single(server => server.Text("server_id") == "b");
        var after = (await _project.ServersAsync(second)).Single(server => server.Text("server_id") == "b");
        Assert.Equal(before.Text("deployment_id"), after.Text("deployment_id"));
        Assert.Equal((1, 2), (before.Number("execution"), after.Number("execution")));
        // What ended in the first stays what it was.
        Assert.Equal(("COMPLETE", "COMPLETE on b"), (before.Text("status"), before.Text("status_reason")));
        var deployment = (await _project.SendAsync("GET", $"software_deployments/{after.Text("deployment_id")}?detail=true")).Json["software_deployment"]!;
        Assert.Equal((config, "UPDATE", "IN_PROGRESS", second), (deployment.Text("config_id"), deployment.Text("action"), deployment.Text("status"), deployment.Text("rollout_id")));
        Assert.Equal(("{\"x\":2}", 300), (deployment["input_values"]!.ToJsonString(), deployment.Number("timeout")));
        Assert.Equal("b c", string.Join(' ', await ServersOfFilterAsync($"?rollout_id={second}")));
        Assert.Equal("a", string.Join(' ', await ServersOfFilterAsync($"?rollout_id={first}")));
    }

    [Fact]
    public async Task The_histories_of_its_deployments_name_the_rollout_and_its_batch()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\"]");
        await _project.UntilCountsAsync(id, "0 1 0 0 0");
        var deployment = (await _project.ServersAsync(id))[0].Text("deployment_id");

        var created = (await _project.SendAsync("GET", $"software_deployments/{deployment}/events")).Json["events"]![0]!;

        Assert.Equal($"Rollout a-rollout ({id}), batch 1", created.Text("reason"));
        Assert.Equal("member-of-a-test", created["who"]!.Text("name"));
        // Heat's own shape stays untouched.
        Assert.Null((await _project.SendAsync("GET", $"software_deployments/{deployment}")).Json["software_deployment"]!["rollout_id"]);
    }

    private async Task<IEnumerable<string?>> ServersOfFilterAsync(string query) =>
        (await _project.SendAsync("GET", "software_deployments" + query)).Json["software_deployments"]!.AsArray().Select(deployment => deployment!.Text("server_id"));
}
