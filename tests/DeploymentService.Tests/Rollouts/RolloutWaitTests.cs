using DeploymentService.Tests.Support;
using DeploymentService.Tests.Waiting;

namespace DeploymentService.Tests.Rollouts;

/// <summary>Waiting for the end of a rollout in one request.</summary>
public sealed class RolloutWaitTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task It_is_200_only_when_the_rollout_is_complete()
    {
        var id = await BegunAsync("\"servers\": [\"a\", \"b\"]");
        var wait = _project.GetAsync($"rollouts/{id}/wait?timeout=60");

        await _project.ReportAsync(id);

        var answer = await wait.PromptlyAsync();
        Assert.Equal((200, "COMPLETE"), (answer.Status, answer.Json.Text("status")));
        Assert.Equal(2, answer.Json["counts"]!.Number("COMPLETE"));
    }

    [Fact]
    public async Task It_is_409_with_the_failures_when_servers_have_failed()
    {
        var id = await BegunAsync("\"servers\": [\"a\", \"b\"]");
        var wait = _project.GetAsync($"rollouts/{id}/wait?timeout=60");

        await _project.ReportAsync(id, server => server == "a");

        var answer = await wait.PromptlyAsync();
        Assert.Equal((409, "COMPLETE_WITH_FAILURES"), (answer.Status, answer.Json.Text("status")));
        var failure = Assert.Single(answer.Json["failures"]!.AsArray());
        Assert.Equal(("a", "FAILED on a"), (failure.Text("server_id"), failure.Text("status_reason")));
        Assert.Contains("is COMPLETE_WITH_FAILURES", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_409_when_the_rollout_is_aborted_or_stopped()
    {
        var aborted = await BegunAsync("\"servers\": [\"a\"]", "aborted");
        var stopped = await BegunAsync("\"servers\": [\"b\", \"c\"], \"batch_sizes\": [1], \"max_failures\": 0", "stopped");
        var waits = new[] { aborted, stopped }.Select(id => _project.GetAsync($"rollouts/{id}/wait?timeout=60")).ToList();

        await _project.ActAsync(aborted, "abort");
        await _project.ReportAsync(stopped, _ => true);

        Assert.Equal(
            "409 ABORTED, 409 FAILED",
            string.Join(", ", (await Task.WhenAll(waits.Select(wait => wait.PromptlyAsync()))).Select(answer => $"{answer.Status} {answer.Json.Text("status")}")));
    }

    [Fact]
    public async Task It_is_408_with_whom_it_waits_for_when_the_time_is_over()
    {
        var id = await BegunAsync("\"servers\": [\"a\", \"b\"], \"batch_sizes\": [1]");
        await _project.ActAsync(id, "pause");

        var answer = await _project.GetAsync($"rollouts/{id}/wait?timeout=1").PromptlyAsync();

        Assert.Equal((408, "PAUSED", "1"), (answer.Status, answer.Json.Text("status"), answer.Headers["retry-after"]));
        Assert.Equal("a", Assert.Single(answer.Json["left"]!.AsArray()).Text("server_id"));
        var text = await TextAsync($"rollouts/{id}/wait?timeout=1");
        Assert.Equal(408, text.Status);
        Assert.StartsWith($"Time over: rollout 'a-rollout' ({id}) is PAUSED, and 0 of 2 servers are done", text.Text, StringComparison.Ordinal);
        Assert.Contains("IN_PROGRESS a: ", text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_at_once()
    {
        Assert.Equal(400, (await _project.SendAsync("GET", "rollouts/x/wait?timeout=0")).Status);
        Assert.Equal(400, (await _project.SendAsync("GET", "rollouts/x/wait?time=5")).Status);
        Assert.Equal(404, (await _project.SendAsync("GET", "rollouts/x/wait?timeout=300")).Status);
    }

    private async Task<string> BegunAsync(string members, string name = "a-rollout")
    {
        var id = await _project.RolloutAsync(members, name);
        await _project.UntilAsync(id, rollout => rollout["counts"]!.Number("IN_PROGRESS") > 0);
        return id;
    }

    private Task<Answer> TextAsync(string path) => _project.SendWithAsync(("Accept", "text/plain"), "GET", path);
}
