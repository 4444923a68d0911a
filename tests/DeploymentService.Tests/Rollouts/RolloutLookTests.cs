using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DeploymentService.Tests.Rollouts;

/// <summary>A rollout is looked at when something may be to be done for it, and then nothing is missed.</summary>
public sealed class RolloutLookTests
{
    [Fact]
    public async Task What_was_run_by_hand_and_ends_during_a_look_is_counted()
    {
        var looks = new RolloutLooks();
        await using var app = Started(looks);
        var project = new Project(app);
        var id = await project.RolloutAsync("\"servers\": [\"a\", \"b\"]");
        await project.UntilCountsAsync(id, "0 2 0 0 0");
        var deployment = (await project.ServersAsync(id))[0].Text("deployment_id")!;
        var look = looks.Hold();

        Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{deployment}/run")).Status);
        await look.Reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await project.SetAsync(deployment, "COMPLETE");
        look.Freed.SetResult();

        await project.UntilCountsAsync(id, "0 1 1 0 0");
    }

    [Fact]
    public async Task Progress_of_other_deployments_makes_nobody_look()
    {
        var looks = new RolloutLooks();
        await using var app = Started(looks);
        var project = new Project(app);
        var id = await project.RolloutAsync("\"servers\": [\"a\"]");
        var other = await project.DeploymentAsync("b");
        // Once more after it was begun, and then it waits.
        await project.UntilAsync(id, _ => looks.At(id) == 1);

        await project.SetAsync(other, "IN_PROGRESS", "half of it is done");

        // Whatever is to be looked at has its turn while others go on.
        for (var round = 0; round < 3; round++)
        {
            var next = await project.RolloutAsync("\"servers\": [\"c\"]", name: "next");
            await project.UntilCountsAsync(next, "0 1 0 0 0");
            await project.ReportAsync(next);
            await project.UntilAsync(next, "COMPLETE");
        }

        Assert.Equal(1, looks.At(id));
    }

    [Fact]
    public async Task A_new_rollout_takes_also_what_has_failed_and_is_not_counted_yet()
    {
        await using var app = Started();
        var project = new Project(app);
        var driver = app.Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "RolloutDriver");
        var id = await project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(5)}, \"batch_sizes\": [4]");
        await project.UntilCountsAsync(id, "1 4 0 0 0");
        var servers = await project.ServersAsync(id);
        await driver.StopAsync(CancellationToken.None);

        await project.SetAsync(servers[0].Text("deployment_id")!, "FAILED");
        await project.SetAsync(servers[1].Text("deployment_id")!, "COMPLETE");
        Assert.Equal(204, (await project.SendAsync("DELETE", $"software_deployments/{servers[2].Text("deployment_id")}")).Status);
        Assert.Equal("1 4 0 0 0", (await project.ActAsync(id, "abort")).Counts());
        var again = await project.SendAsync("POST", "rollouts", $$"""{"name": "again", "retry_of": "{{id}}"}""");

        Assert.True(again.Status == 200, again.Text);
        Assert.Equal("s1 s3 s5", string.Join(' ', (await project.ServersAsync(again.Json["rollout"].Text("id")!)).Select(server => server.Text("server_id"))));
        await driver.StartAsync(CancellationToken.None);
        await project.UntilCountsAsync(id, "1 1 1 2 0");
    }

    [Fact]
    public async Task Servers_with_large_values_are_begun_in_more_steps()
    {
        var looks = new RolloutLooks();
        await using var app = Started(looks, new() { ["Api:LargestBodyBytes"] = "16777216" });
        var project = new Project(app);
        var values = $$"""{"x": "{{new string('x', 3 << 20)}}"}""";

        // The first step has nothing to look at that was begun.
        var first = await project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(4)}, \"input_values\": {values}");
        await project.UntilCountsAsync(first, "0 4 0 0 0");
        Assert.InRange(looks.At(first), 3, 4);

        foreach (var server in await project.ServersAsync(first))
        {
            var path = $"software_deployments/{server.Text("deployment_id")}";
            Assert.Equal(200, (await project.SendAsync("PUT", path, $$"""{"status": "COMPLETE", "output_values": {{values}}}""")).Status);
        }

        // What they put out before is kept beside the next run.
        await project.UntilAsync(first, "COMPLETE");
        var second = await project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(4)}");
        await project.UntilCountsAsync(second, "0 4 0 0 0");
        Assert.InRange(looks.At(second), 3, 4);
    }

    private static ServiceApp Started(RolloutLooks? looks = null, Dictionary<string, string>? settings = null)
    {
        var app = new ServiceApp(settings, replace: looks is null ? null : looks.Install);
        app.StartServer();
        return app;
    }
}
