using System.Diagnostics;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Deadlines;

/// <summary>A deployment of which nobody reports in time: first it is overdue, and then failed.</summary>
public sealed class OverdueTests(TimedApp timed) : IClassFixture<TimedApp>
{
    private readonly Project _project = timed.NewProject();

    [Fact]
    public async Task When_its_timeout_is_over_a_deployment_is_overdue_and_still_in_progress()
    {
        var id = await _project.TimedDeploymentAsync(30);
        var before = await _project.LookAsync(id);
        Assert.Equal(("IN_PROGRESS", false, null), (before.Status, before.Overdue, before.UpdatedTime));

        await timed.PassAsync(29);
        Assert.Equal(before, await _project.LookAsync(id));
        await timed.PassAsync(1);

        // Nobody has updated it, but who knows its tag is to look at it again.
        var after = await _project.LookAsync(id);
        Assert.Equal(before with { Overdue = true, Tag = after.Tag }, after);
        Assert.NotEqual(before.Tag, after.Tag);
        var evt = await _project.UntilAsync(id, "overdue");
        Assert.Equal("No report within 30 seconds: the deployment is overdue.", evt["reason"]!.GetValue<string>());
        Assert.Equal(("IN_PROGRESS", "IN_PROGRESS"), (evt["status_from"]!.GetValue<string>(), evt["status_to"]!.GetValue<string>()));
        Assert.Equal("""{"name":null,"role":"service"}""", evt["who"]!.ToJsonString());
        Assert.Null(evt["request_id"]);
    }

    [Fact]
    public async Task When_nobody_reports_still_it_fails_and_nothing_more_happens()
    {
        var id = await _project.TimedDeploymentAsync(30);

        await timed.PassAsync(30);
        await timed.PassAsync(59);
        var overdue = await _project.LookAsync(id);
        Assert.Equal(("IN_PROGRESS", true), (overdue.Status, overdue.Overdue));
        var counted = Expired();
        timed.Pass(1);

        var evt = await _project.UntilAsync(id, "expired");
        for (var begun = Stopwatch.GetTimestamp(); Expired() == counted;)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));
        }

        Assert.Equal("No report within 90 seconds", evt["reason"]!.GetValue<string>());
        Assert.Equal(("IN_PROGRESS", "FAILED"), (evt["status_from"]!.GetValue<string>(), evt["status_to"]!.GetValue<string>()));
        Assert.Equal("service", evt["who"]!["role"]!.GetValue<string>());
        var expired = await _project.LookAsync(id);
        Assert.Equal(("FAILED", "No report within 90 seconds", false), (expired.Status, expired.Reason, expired.Overdue));
        Assert.Equal(evt["time"]!.GetValue<string>(), expired.UpdatedTime);
        Assert.NotEqual(overdue.Tag, expired.Tag);

        await timed.PassAsync(1000);
        Assert.Equal(expired, await _project.LookAsync(id));
        Assert.Equal("created overdue expired", await _project.KindsAsync(id));
    }

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("FAILED")]
    public async Task A_report_in_time_ends_the_waiting(string status)
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(29);

        var reported = await _project.PutAsync(id, $$"""{"status": "{{status}}"}""");
        await timed.PassAsync(100);

        Assert.Equal(reported, await _project.LookAsync(id));
        Assert.Equal("created update", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task A_signal_in_time_ends_the_waiting()
    {
        var id = await _project.TimedDeploymentAsync(30);

        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}")).Status);
        await timed.PassAsync(100);

        Assert.Equal("created signal", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task A_report_of_progress_gives_the_whole_timeout_again()
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(20);

        await _project.PutAsync(id, """{"status": "IN_PROGRESS", "status_reason": "half of it"}""");
        await timed.PassAsync(29);
        Assert.False((await _project.LookAsync(id)).Overdue);
        await timed.PassAsync(1);

        Assert.True((await _project.LookAsync(id)).Overdue);
        Assert.Equal("created update overdue", await _project.KindsAsync(id));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"status_reason": "Nothing new"}""")]
    public async Task An_update_that_reports_nothing_gives_no_more_time(string body)
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(29);

        await _project.PutAsync(id, body);
        await timed.PassAsync(1);

        Assert.True((await _project.LookAsync(id)).Overdue);
        await _project.PutAsync(id, body);
        Assert.True((await _project.LookAsync(id)).Overdue);
    }

    [Fact]
    public async Task Progress_that_a_person_says_while_overdue_gives_the_whole_timeout_again()
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(31);

        var reported = await _project.PutAsync(id, """{"status": "IN_PROGRESS"}""");

        Assert.Equal(("IN_PROGRESS", false), (reported.Status, reported.Overdue));
        await timed.PassAsync(29);
        Assert.Equal(reported, await _project.LookAsync(id));
        await timed.PassAsync(1);
        await timed.PassAsync(60);
        Assert.Equal("created overdue update overdue expired", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task Run_again_begins_a_new_deadline()
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        await RunAsync(id);
        await timed.PassAsync(29);
        Assert.False((await _project.LookAsync(id)).Overdue);
        await timed.PassAsync(1);
        await timed.PassAsync(60);
        Assert.Equal("FAILED", (await _project.LookAsync(id)).Status);

        await RunAsync(id);
        var begun = await _project.LookAsync(id);
        Assert.Equal(("IN_PROGRESS", false), (begun.Status, begun.Overdue));
        await timed.PassAsync(30);

        Assert.Equal("created overdue run overdue expired run overdue", await _project.KindsAsync(id));
        Assert.Equal(3, (await _project.UntilAsync(id, "overdue", times: 3))["execution"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("", "created overdue update overdue expired update overdue")]
    [InlineData(""", "status": "IN_PROGRESS" """, "created overdue update overdue expired update overdue")]
    public async Task Something_else_to_be_run_begins_a_new_deadline(string status, string kinds)
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        await ChangeAsync("ONE");
        await timed.PassAsync(29);
        Assert.False((await _project.LookAsync(id)).Overdue);
        await timed.PassAsync(1);
        await timed.PassAsync(60);
        Assert.Equal("FAILED", (await _project.LookAsync(id)).Status);

        var begun = await ChangeAsync("TWO");
        Assert.Equal(("IN_PROGRESS", false), (begun.Status, begun.Overdue));
        await timed.PassAsync(30);
        Assert.True((await _project.LookAsync(id)).Overdue);
        Assert.Equal(kinds, await _project.KindsAsync(id));
        Assert.Equal(3, (await _project.UntilAsync(id, "overdue", times: 3))["execution"]!.GetValue<int>());

        Task<DeploymentNow> ChangeAsync(string action) => _project.PutAsync(id, $$"""{"action": "{{action}}"{{status}}}""");
    }

    [Fact]
    public async Task The_report_of_what_was_begun_after_the_end_is_not_late()
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        await timed.PassAsync(60);

        await _project.PutAsync(id, """{"action": "UPDATE"}""");
        await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");

        Assert.Equal("COMPLETE", (await _project.LookAsync(id)).Status);
        Assert.Equal("created overdue expired update signal", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task A_deployment_that_goes_into_progress_again_is_waited_for()
    {
        var id = await _project.TimedDeploymentAsync(30, status: "COMPLETE");
        await timed.PassAsync(100);

        await _project.PutAsync(id, """{"status": "IN_PROGRESS"}""");
        await timed.PassAsync(30);

        Assert.Equal("created update overdue", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task A_deleted_deployment_is_not_waited_for()
    {
        var id = await _project.TimedDeploymentAsync(30);
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{id}")).Status);

        await timed.PassAsync(100);

        Assert.Equal("created deleted", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task A_deployment_without_a_timeout_is_waited_for_as_long_as_it_takes()
    {
        var id = await _project.DeploymentAsync();

        await timed.PassAsync(100_000);

        Assert.Equal("created", await _project.KindsAsync(id));
    }

    private async Task RunAsync(string id) => Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/run")).Status);

    private double Expired() => Measured.Now(timed.App, "deployments.reports", "expired").Single();
}
