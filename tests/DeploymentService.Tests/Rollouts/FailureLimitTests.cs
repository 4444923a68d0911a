using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Rollouts;

/// <summary>A rollout stops by itself at too many failures, and never calls itself plainly complete with some.</summary>
public sealed class FailureLimitTests(TimedApp app) : IClassFixture<TimedApp>
{
    private readonly Project _project = app.NewProject();

    [Theory]
    // Of four servers in batches of one, which are all that may fail, whatever is begun when it stops.
    [InlineData("\"max_failures\": 0", 0, "3 0 0 1 0")]
    [InlineData("\"max_failures\": 1", 1, "2 0 0 2 0")]
    [InlineData("\"max_failure_percent\": 24", 0, "3 0 0 1 0")]
    [InlineData("\"max_failure_percent\": 25", 1, "2 0 0 2 0")]
    [InlineData("\"max_failure_percent\": 50", 2, "1 0 0 3 0")]
    public async Task It_stops_at_one_failure_more_than_may_be(string limit, int failureLimit, string counts)
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(4)}, \"batch_sizes\": [1], {limit}", name: limit.Replace("\"", "", StringComparison.Ordinal));
        for (var server = 0; server <= failureLimit; server++)
        {
            var failed = server;
            await _project.UntilAsync(id, rollout => rollout["counts"]!.Number("IN_PROGRESS") == 1 && rollout["counts"]!.Number("FAILED") == failed);
            await _project.ReportAsync(id, _ => true);
        }

        var ended = await _project.UntilAsync(id, "FAILED");
        Assert.Equal((counts, failureLimit), (ended.Counts(), ended.Number("failure_limit")));
        Assert.StartsWith("Stopped:", ended.Text("status_reason"), StringComparison.Ordinal);
        Assert.NotNull(ended.Text("ended_time"));
    }

    [Fact]
    public async Task With_failures_that_may_be_it_is_complete_with_failures_and_says_why()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\", \"c\"], \"max_failures\": 1");
        await _project.UntilCountsAsync(id, "0 3 0 0 0");

        await _project.ReportAsync(id, server => server == "b");

        var ended = await _project.UntilAsync(id, "COMPLETE_WITH_FAILURES");
        Assert.Equal("0 0 2 1 0", ended.Counts());
        var reason = Assert.Single(ended["reasons"]!.AsArray())!;
        Assert.Equal(("b", 1, "FAILED on b"), (reason["example"]!.Text("server_id"), reason.Number("count"), reason["example"]!.Text("status_reason")));
    }

    [Fact]
    public async Task Beyond_a_thousand_reasons_the_others_are_counted_together()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(1005)}");
        await _project.UntilCountsAsync(id, "0 1005 0 0 0");

        // Without digits, so that each means something else.
        await Task.WhenAll((await _project.ServersAsync(id)).Select((server, place) =>
            _project.SetAsync(server.Text("deployment_id")!, "FAILED", $"fault {(char)('g' + (place / 256))}{(char)('g' + (place / 16 % 16))}{(char)('g' + (place % 16))}")));

        var reasons = (await _project.UntilAsync(id, "COMPLETE_WITH_FAILURES"))["reasons"]!.AsArray();
        Assert.Equal(20, reasons.Count);
        Assert.Equal(("Other reasons", 5), (reasons[0].Text("reason"), reasons[0]!.Number("count")));
        Assert.StartsWith("fault ", reasons[0]!["example"].Text("status_reason"), StringComparison.Ordinal);
        Assert.All(reasons.Skip(1), reason => Assert.Equal(1, reason!.Number("count")));
    }

    [Fact]
    public async Task Two_failures_at_once_stop_it_once()
    {
        var id = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(6)}, \"batch_sizes\": [4], \"max_failures\": 0");
        await _project.UntilCountsAsync(id, "2 4 0 0 0");
        var running = await _project.ServersAsync(id, "IN_PROGRESS");

        await Task.WhenAll(running.Take(2).Select(server => _project.SetAsync(server.Text("deployment_id")!, "FAILED")));

        // What runs is left alone and still counted.
        await _project.UntilCountsAsync(id, "2 2 0 2 0");
        await _project.SetAsync(running[2].Text("deployment_id")!, "COMPLETE");
        var failed = await _project.UntilCountsAsync(id, "2 1 1 2 0");
        Assert.Equal("FAILED", failed.Text("status"));
        Assert.Equal("created batch_begun ended", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task A_server_that_never_reports_counts_as_failed_at_its_timeout()
    {
        var stopping = await _project.RolloutAsync("\"servers\": [\"a\", \"b\"], \"batch_sizes\": [1], \"timeout\": 100, \"max_failures\": 0", name: "stopping");
        var going = await _project.RolloutAsync("\"servers\": [\"c\", \"d\"], \"batch_sizes\": [1], \"timeout\": 100, \"max_failures\": 1", name: "going");
        await _project.UntilCountsAsync(stopping, "1 1 0 0 0");
        await _project.UntilCountsAsync(going, "1 1 0 0 0");

        await app.PassAsync(100);

        var failed = await _project.UntilAsync(stopping, "FAILED");
        Assert.Equal(1, failed.Number("overdue"));
        // The next batch does not wait until the service gives it up.
        var next = await _project.UntilCountsAsync(going, "0 2 0 0 0");
        Assert.Equal(("IN_PROGRESS", 1), (next.Text("status"), next.Number("overdue")));
        await app.PassAsync(60);
        await _project.UntilCountsAsync(going, "0 1 0 1 0");
        await _project.ReportAsync(going);
        var ended = await _project.UntilAsync(going, "COMPLETE_WITH_FAILURES");
        Assert.Equal("0 0 1 1 0", ended.Counts());
        await _project.UntilCountsAsync(stopping, "1 0 0 1 0");
    }

    [Fact]
    public async Task A_rollout_that_servers_without_a_report_have_stopped_goes_on_by_a_retry_once_they_have_reported()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\"], \"batch_sizes\": [1], \"timeout\": 100, \"max_failures\": 0");
        await _project.UntilCountsAsync(id, "1 1 0 0 0");
        await app.PassAsync(100);
        await _project.UntilAsync(id, "FAILED");

        // As long as it would be stopped again, nothing happens.
        Assert.Equal(("FAILED", "1 1 0 0 0"), await RetriedAsync(id));
        await _project.ReportAsync(id);
        await _project.UntilCountsAsync(id, "1 0 1 0 0");
        Assert.Equal("IN_PROGRESS", (await RetriedAsync(id)).Status);
        await _project.UntilCountsAsync(id, "0 1 1 0 0");
        Assert.Equal("created batch_begun ended retried batch_begun", await _project.RolloutEventsAsync(id));
    }

    [Fact]
    public async Task A_retry_that_would_be_stopped_at_once_forgets_no_failure()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\", \"c\", \"d\"], \"batch_sizes\": [3], \"timeout\": 100, \"max_failures\": 1");
        await _project.UntilCountsAsync(id, "1 3 0 0 0");
        await _project.SetAsync((await _project.ServersAsync(id))[0].Text("deployment_id")!, "FAILED");
        await _project.UntilCountsAsync(id, "1 2 0 1 0");
        await app.PassAsync(100);
        await _project.UntilAsync(id, "FAILED");

        Assert.Equal(("FAILED", "1 2 0 1 0"), await RetriedAsync(id));
        await app.PassAsync(60);
        await _project.UntilCountsAsync(id, "1 0 0 3 0");
        Assert.Equal("IN_PROGRESS", (await RetriedAsync(id)).Status);
        await _project.UntilCountsAsync(id, "1 3 0 0 0");
    }

    [Fact]
    public async Task A_pause_between_batches_is_as_long_as_it_was_asked_for()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\"], \"batch_sizes\": [1], \"pause_seconds\": 3600");
        await _project.UntilCountsAsync(id, "1 1 0 0 0");
        await _project.ReportAsync(id);
        var resting = await _project.UntilAsync(id, rollout => rollout["resume_time"] is not null);
        Assert.Equal(("IN_PROGRESS", "1 0 1 0 0"), (resting.Text("status"), resting.Counts()));

        app.Pass(3590);
        await _project.UntilCountsAsync(id, "1 0 1 0 0");
        app.Pass(20);

        await _project.UntilCountsAsync(id, "0 1 1 0 0");
    }

    private async Task<(string? Status, string Counts)> RetriedAsync(string id)
    {
        var rollout = await _project.ActAsync(id, "retry");
        return (rollout.Text("status"), rollout.Counts());
    }
}
