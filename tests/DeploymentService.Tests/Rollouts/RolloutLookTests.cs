using DeploymentService.Tests.Support;

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

    private static ServiceApp Started(RolloutLooks looks)
    {
        var app = new ServiceApp(replace: looks.Install);
        app.StartServer();
        return app;
    }
}
