using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Deadlines;

/// <summary>A report that comes after its deadline counts, and the history says that it was late.</summary>
public sealed class LateReportTests(TimedApp timed) : IClassFixture<TimedApp>
{
    private readonly Project _project = timed.NewProject();

    public static TheoryData<string, string, string> Reports
    {
        get
        {
            var reports = new TheoryData<string, string, string>();
            foreach (var lateness in (string[])["overdue", "expired"])
            {
                reports.Add(lateness, "update", "member");
                reports.Add(lateness, "update", "agent");
                reports.Add(lateness, "token signal", "member");
                reports.Add(lateness, "token signal", "agent");
                reports.Add(lateness, "signed URL", "agent");
            }

            return reports;
        }
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task A_late_report_is_applied_and_recorded_as_late(string lateness, string way, string role)
    {
        var id = await LateAsync(lateness);

        await ReportAsync(id, way, role);

        var shown = await _project.LookAsync(id);
        Assert.Equal(("COMPLETE", "Outputs received", false), (shown.Status, shown.Reason, shown.Overdue));
        var late = await _project.UntilAsync(id, "late");
        Assert.Equal(lateness == "overdue" ? "IN_PROGRESS" : "FAILED", late["status_from"]!.GetValue<string>());
        Assert.Equal("COMPLETE", late["status_to"]!.GetValue<string>());
        Assert.Equal(role, late["who"]!["role"]!.GetValue<string>());
        Assert.StartsWith("req-", late["request_id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("\"done\"", (await _project.SendAsync("GET", $"software_deployments/{id}")).Text, StringComparison.Ordinal);

        // With it the waiting is over.
        await timed.PassAsync(200);
        Assert.Equal(lateness == "overdue" ? "created overdue late" : "created overdue expired late", Without("fetched", await _project.KindsAsync(id)));
    }

    [Theory]
    [InlineData("overdue")]
    [InlineData("expired")]
    public async Task A_late_report_of_a_failure_counts_too(string lateness)
    {
        var id = await LateAsync(lateness);

        await _project.SendAsync("POST", $"software_deployments/{id}/signal", """{"deploy_status_code": 3}""");

        var shown = await _project.LookAsync(id);
        Assert.Equal(("FAILED", "deploy_status_code : Deployment exited with non-zero status code: 3"), (shown.Status, shown.Reason));
        await _project.UntilAsync(id, "late");
    }

    [Fact]
    public async Task A_late_signal_that_comes_twice_is_applied_once()
    {
        var id = await LateAsync("expired");
        await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");
        var applied = await _project.LookAsync(id);

        await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");

        Assert.Equal(applied, await _project.LookAsync(id));
        Assert.Equal("created overdue expired late signal", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task Outputs_without_a_status_do_not_end_the_failure()
    {
        var id = await LateAsync("expired");

        var updated = await _project.PutAsync(id, """{"output_values": {"deploy_stdout": "so far"}}""");

        Assert.Equal(("FAILED", "No report within 90 seconds"), (updated.Status, updated.Reason));
        // The signal that follows still finds it given up, and not ended.
        await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");
        Assert.Equal("COMPLETE", (await _project.LookAsync(id)).Status);
        Assert.Equal("created overdue expired update late", await _project.KindsAsync(id));
    }

    [Theory]
    [InlineData("overdue", "FAILED")]
    [InlineData("expired", "FAILED")]
    [InlineData("expired", "IN_PROGRESS")]
    public async Task What_an_operator_decides_is_no_report_that_came_late(string lateness, string status)
    {
        var id = await LateAsync(lateness);

        await _project.PutAsync(id, $$"""{"status": "{{status}}", "status_reason": "by hand"}""");

        Assert.EndsWith($"{lateness} update", await _project.KindsAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_says_that_it_is_still_at_work_is_late_without_outputs()
    {
        var id = await LateAsync("overdue");

        await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "IN_PROGRESS", "status_reason": "step 2"}""", await _project.TokenAsync("agent", "a-server"));

        Assert.EndsWith("overdue late", await _project.KindsAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_that_an_operator_failed_takes_no_signal()
    {
        var id = await LateAsync("overdue");
        var failed = await _project.PutAsync(id, """{"status": "FAILED", "status_reason": "given up by hand"}""");

        await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}");

        Assert.Equal(failed, await _project.LookAsync(id));
    }

    [Fact]
    public async Task Who_has_not_seen_that_it_is_overdue_changes_nothing_with_the_old_tag()
    {
        var id = await _project.TimedDeploymentAsync(30);
        var seen = (await _project.LookAsync(id)).Tag;
        await timed.PassAsync(30);

        var answer = await _project.SendWithAsync(("If-Match", seen), "PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");

        Assert.Equal(412, answer.Status);
        Assert.True((await _project.LookAsync(id)).Overdue);
    }

    private async Task<string> LateAsync(string lateness)
    {
        var id = await _project.TimedDeploymentAsync(30);
        await timed.PassAsync(30);
        if (lateness == "expired")
        {
            await timed.PassAsync(60);
        }

        await _project.UntilAsync(id, lateness);
        return id;
    }

    private async Task ReportAsync(string id, string way, string role)
    {
        var token = await _project.TokenAsync(role, role == "agent" ? "a-server" : null);
        const string outputs = """{"deploy_status_code": 0, "deploy_stdout": "done"}""";
        var answer = way switch
        {
            "update" => await _project.SendAsync("PUT", $"software_deployments/{id}",
                $$"""{"status": "COMPLETE", "status_reason": "Outputs received", "output_values": {{outputs}}}""", token),
            "token signal" => await _project.SendAsync("POST", $"software_deployments/{id}/signal", outputs, token),
            _ => await (await Agent.OfAsync(_project)).SignalAsync(outputs),
        };
        Assert.Equal(200, answer.Status);
    }

    private static string Without(string kind, string kinds) => string.Join(' ', kinds.Split(' ').Where(word => word != kind));
}
