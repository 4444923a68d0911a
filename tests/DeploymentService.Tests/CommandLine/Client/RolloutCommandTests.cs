using System.Text.Json.Nodes;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;
using DeploymentService.Tests.Waiting;

namespace DeploymentService.Tests.CommandLine.Client;

/// <summary>Waiting for a rollout, line by line and from the command line.</summary>
public sealed class RolloutCommandTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Lines_tell_how_it_goes_on_and_the_last_has_the_outcome()
    {
        var id = await BegunAsync();
        var wait = _project.GetAsync($"rollouts/{id}/wait?timeout=60&progress=true");

        await _project.ReportAsync(id);

        var answer = await wait.PromptlyAsync();
        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.Headers["content-type"]));
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.All(lines.SkipLast(1), line => Assert.Equal(2, line["counts"]!.AsObject().Sum(count => count.Value!.GetValue<int>())));
        Assert.Equal((200, "COMPLETE", 2), (lines[^1]["outcome"]!.GetValue<int>(), lines[^1]["status"]!.GetValue<string>(), lines[^1]["counts"]!["COMPLETE"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData(true, 1, "is COMPLETE_WITH_FAILURES")]
    [InlineData(false, 0, "is COMPLETE")]
    public async Task The_exit_code_says_how_it_ended(bool fails, int code, string sentence)
    {
        var id = await BegunAsync();
        var waiting = ClientRun.OfAsync(_project, null, "rollout", id);

        await _project.ReportAsync(id, server => fails && server == "a");

        var run = await waiting.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((code, ""), (run.Code, run.Errors));
        Assert.Contains(sentence, run.Output, StringComparison.Ordinal);
        Assert.Equal(fails, run.Output.Contains("FAILED a: FAILED on a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Time_over_is_two_and_an_unknown_one_is_three()
    {
        var run = await ClientRun.OfAsync(_project, null, "rollout", await BegunAsync(), "--timeout", "1");
        var unknown = await ClientRun.OfAsync(_project, null, "rollout", Guid.NewGuid().ToString());

        Assert.Equal((2, 3), (run.Code, unknown.Code));
        Assert.Contains("0 of 2 servers ended: 2 IN_PROGRESS", run.Output, StringComparison.Ordinal);
    }

    private async Task<string> BegunAsync()
    {
        var id = await _project.RolloutAsync("\"servers\": [\"a\", \"b\"]");
        await _project.UntilAsync(id, rollout => rollout["counts"]!.Number("IN_PROGRESS") == 2);
        return id;
    }
}
