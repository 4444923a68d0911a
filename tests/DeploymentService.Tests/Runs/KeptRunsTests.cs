using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Runs;

/// <summary>Whatever begins the next run, the one before keeps what it ran and what became of it.</summary>
public sealed class KeptRunsTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_run_again_leaves_the_evidence_of_the_run_before()
    {
        var id = await _project.DeploymentAsync();
        await _project.PutAsync(id, """{"status": "FAILED", "status_reason": "disk full", "output_values": {"deploy_stderr": "no space"}}""");

        await _project.RunAgainAsync(id);

        var runs = await _project.RunsAsync(id);
        Assert.Equal([2, 1], runs.Select(run => run.Number()));
        Assert.Equal(("IN_PROGRESS", "Deploy data available", null), (runs[0].Field("status"), runs[0].Field("status_reason"), runs[0].Outputs()));
        Assert.Null(runs[0]["ended_time"]);
        Assert.Equal(("FAILED", "disk full", """{"deploy_stderr":"no space"}"""), (runs[1].Field("status"), runs[1].Field("status_reason"), runs[1].Outputs()));
        Assert.NotNull(runs[1]["ended_time"]);
        Assert.All(runs, run => Assert.Equal("member-of-a-test", run.Field("started_by")));
        Assert.All(runs, run => Assert.Equal("CREATE", run.Field("action")));
        Assert.Equal(runs[0].ToJsonString(), (await _project.RunAsync(id, 2)).ToJsonString());
        Assert.Equal(runs[1].ToJsonString(), (await _project.RunAsync(id, 1)).ToJsonString());
    }

    [Fact]
    public async Task Outputs_belong_to_the_run_that_reported_them()
    {
        var (first, second) = (await _project.ConfigAsync(), await _project.ConfigAsync());
        var id = await _project.DeploymentAsync("a-server", first);
        await _project.PutAsync(id, """{"status": "COMPLETE", "input_values": {"a": 1}, "output_values": {"of": "1"}}""");
        await _project.RunAgainAsync(id);
        await _project.PutAsync(id, """{"status": "COMPLETE", "output_values": {"of": "2"}}""");

        // As in Heat, the deployment keeps its outputs through this.
        await _project.PutAsync(id, $$$"""{"config_id": "{{{second}}}", "action": "UPDATE", "input_values": {"a": 2}}""");
        Assert.Contains("""{"of": "2"}""", (await _project.SendAsync("GET", $"software_deployments/{id}")).Text, StringComparison.Ordinal);
        Assert.Null((await _project.RunAsync(id, 3)).Outputs());

        // Neither has the run any that ends without.
        await _project.PutAsync(id, """{"status": "COMPLETE"}""");
        await _project.RunAgainAsync(id);
        await _project.PutAsync(id, """{"output_values": {"of": "4"}}""");

        var runs = await _project.RunsAsync(id);
        Assert.Equal(["""{"of":"4"}""", null, """{"of":"2"}""", """{"of":"1"}"""], runs.Select(run => run.Outputs()));
        Assert.Equal([second, second, first, first], runs.Select(run => run.Field("config_id")));
        Assert.Equal(["UPDATE", "UPDATE", "CREATE", "CREATE"], runs.Select(run => run.Field("action")));
        Assert.Equal(["""{"a":2}""", """{"a":2}""", """{"a":1}""", null], runs.Select(run => run["input_values"]?.ToJsonString()));
        Assert.Equal(["IN_PROGRESS", "COMPLETE", "COMPLETE", "COMPLETE"], runs.Select(run => run.Field("status")));
    }

    [Fact]
    public async Task A_run_keeps_what_it_began_with_though_the_deployment_says_something_else()
    {
        var (first, second) = (await _project.ConfigAsync(), await _project.ConfigAsync());
        var id = await _project.DeploymentAsync("a-server", first);

        await _project.PutAsync(id, $$"""{"config_id": "{{second}}", "action": "UPDATE", "status": "COMPLETE"}""");
        Assert.Equal((first, "CREATE"), await LookAsync(1));

        await _project.PutAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal((first, "CREATE"), await LookAsync(1));
        Assert.Equal((second, "UPDATE"), await LookAsync(2));

        async Task<(string?, string?)> LookAsync(int number)
        {
            var run = await _project.RunAsync(id, number);
            return (run.Field("config_id"), run.Field("action"));
        }
    }

    [Fact]
    public async Task A_run_that_is_followed_before_its_end_has_none()
    {
        var id = await _project.DeploymentAsync();

        await _project.PutAsync(id, """{"action": "UPDATE"}""");

        var run = await _project.RunAsync(id, 1);
        Assert.Equal("IN_PROGRESS", run.Field("status"));
        Assert.Null(run["ended_time"]);
    }

    [Fact]
    public async Task Who_repeats_or_corrects_the_end_does_not_move_it()
    {
        using var timed = new TimedApp();
        var project = timed.NewProject();
        var id = await project.DeploymentAsync();
        timed.Pass(10);
        await project.PutAsync(id, """{"status": "COMPLETE"}""");
        timed.Pass(10);

        await project.PutAsync(id, """{"status": "COMPLETE"}""");
        await project.PutAsync(id, """{"status": "FAILED"}""");

        Assert.Equal(("2026-11-23T12:00:00Z", "2026-11-23T12:00:10Z"), await TimesAsync());

        // In progress again without anything new to run: the same run goes on, and has another end.
        await project.PutAsync(id, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(("2026-11-23T12:00:00Z", null), await TimesAsync());
        timed.Pass(10);
        await project.PutAsync(id, """{"status": "COMPLETE"}""");
        Assert.Equal(("2026-11-23T12:00:00Z", "2026-11-23T12:00:30Z"), await TimesAsync());

        timed.Pass(10);
        await project.RunAgainAsync(id);
        Assert.Equal(("2026-11-23T12:00:00Z", "2026-11-23T12:00:30Z"), await TimesAsync());
        Assert.Equal("2026-11-23T12:00:40Z", (await project.RunAsync(id, 2)).Field("started_time"));

        async Task<(string?, string?)> TimesAsync()
        {
            var run = await project.RunAsync(id, 1);
            return (run.Field("started_time"), run.Field("ended_time"));
        }
    }

    [Fact]
    public async Task A_deployment_that_is_created_at_its_end_has_a_run_that_has_ended()
    {
        var answer = await _project.SendAsync(
            "POST", "software_deployments", $$"""{"config_id": "{{await _project.ConfigAsync()}}", "server_id": "a-server", "status": "COMPLETE"}""");

        var run = Assert.Single(await _project.RunsAsync(answer.Json["software_deployment"]!["id"]!.GetValue<string>()));

        Assert.NotNull(run["started_time"]);
        Assert.Equal(run.Field("started_time"), run.Field("ended_time"));
    }

    [Fact]
    public async Task A_run_that_nobody_reported_ends_when_it_is_given_up()
    {
        using var timed = new TimedApp();
        var project = timed.NewProject();
        var id = await project.TimedDeploymentAsync(30);
        timed.Pass(30);
        await project.UntilAsync(id, "overdue");
        timed.Pass(60);
        await project.UntilAsync(id, "expired");

        await project.RunAgainAsync(id);

        var run = await project.RunAsync(id, 1);
        Assert.Equal(("FAILED", "No report within 90 seconds"), (run.Field("status"), run.Field("status_reason")));
        Assert.Equal("2026-11-23T12:01:30Z", run.Field("ended_time"));
    }

    [Fact]
    public async Task A_deployment_takes_its_runs_along()
    {
        var id = await _project.DeploymentAsync();
        await _project.RunAgainAsync(id);
        Assert.Equal(1, Count());

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{id}")).Status);

        Assert.Equal(0, Count());
        Assert.Equal(404, (await _project.SendAsync("GET", $"software_deployments/{id}/runs")).Status);

        int Count() => ServiceApp.Shared.Database.Query(
            "SELECT count(*) FROM deployment_runs WHERE project_id = @project", row => row.GetInt32(0), ("project", _project.Id))[0];
    }

    [Fact]
    public async Task A_server_that_is_removed_takes_the_runs_of_what_is_deleted_with_it()
    {
        var id = await _project.DeploymentAsync("a-removed-server");
        await _project.RunAgainAsync(id);

        Assert.Equal(204, (await _project.SendAsync("DELETE", "servers/a-removed-server?deployments=delete", token: ServiceApp.AdminToken)).Status);

        Assert.Equal(0, ServiceApp.Shared.Database.Query(
            "SELECT count(*) FROM deployment_runs WHERE project_id = @project", row => row.GetInt32(0), ("project", _project.Id))[0]);
    }
}
