using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>What a signal means, rule by rule, through the URL that the agent finds in its document.</summary>
public sealed class SignalTests
{
    private const string Outputs = """[{"name": "result"}, {"name": "trouble", "error_output": true}, {"name": "worse", "error_output": "True"}]""";

    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task A_report_completes_the_deployment_and_keeps_its_outputs(string method)
    {
        var deployment = await NewAsync();
        var agent = await Agent.OfAsync(_project);

        var answer = await agent.SignalAsync(
            """{"deploy_status_code": 0, "deploy_stderr": "", "unknown": 1, "deploy_stdout": "é\u0041", "result": {"a": 1.0, "b": 12345678901234567890}}""", method);

        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Text);
        var shown = await ShowAsync(deployment);
        Assert.Contains(
            """
            "output_values":{"result":{"a": 1.0, "b": 12345678901234567890},"deploy_stdout":"é\u0041","deploy_stderr":"","deploy_status_code":0}
            """.Trim(),
            shown.Text, StringComparison.Ordinal);
        AssertEnded(shown, "COMPLETE", "Outputs received");
        Assert.NotNull(shown.Json["software_deployment"]!["updated_time"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_report_of_nothing_completes_too(string? body)
    {
        var deployment = await NewAsync();

        Assert.Equal(200, (await (await Agent.OfAsync(_project)).SignalAsync(body)).Status);

        var shown = await ShowAsync(deployment);
        AssertEnded(shown, "COMPLETE", "Outputs received");
        Assert.Equal("""{"deploy_stdout":null,"deploy_stderr":null,"deploy_status_code":null}""", shown.Json["software_deployment"]!["output_values"]!.ToJsonString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("-0")]
    [InlineData("0e5")]
    [InlineData("\"0\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("false")]
    [InlineData("[]")]
    [InlineData("{ }")]
    public async Task A_status_code_that_is_nothing_is_a_success(string code) =>
        AssertEnded(await ReportAsync($$"""{"deploy_status_code": {{code}}}"""), "COMPLETE", "Outputs received");

    [Theory]
    [InlineData("3", "3")]
    [InlineData("-1", "-1")]
    [InlineData("0.5", "0.5")]
    [InlineData("\"3\"", "3")]
    [InlineData("\"00\"", "00")]
    [InlineData("true", "true")]
    [InlineData("[0]", "[0]")]
    public async Task Any_other_status_code_is_a_failure(string code, string text) =>
        AssertEnded(
            await ReportAsync($$"""{"deploy_status_code": {{code}}}"""),
            "FAILED", $"deploy_status_code : Deployment exited with non-zero status code: {text}");

    [Theory]
    [InlineData("\"bad\"", "bad")]
    [InlineData("\"\"", "")]
    [InlineData("null", "null")]
    [InlineData("{\"a\": 1}", "{\"a\": 1}")]
    [InlineData("\"a\\u0000b\"", "a\uFFFDb")]
    public async Task An_error_output_is_a_failure_by_its_presence(string value, string text) =>
        AssertEnded(await ReportAsync($$"""{"trouble": {{value}}}"""), "FAILED", $"trouble : {text}");

    [Theory]
    [InlineData("x", 65_528, false)]
    [InlineData("x", 65_529, true)]
    [InlineData("\u00e9", 32_764, false)]
    [InlineData("\u00e9", 300_000, true)]
    [InlineData("\U0001F680", 200_000, true)]
    public async Task A_reason_of_more_than_64_KiB_is_cut_and_says_where_it_is_whole(string character, int count, bool isCut)
    {
        const string word = "… (cut: the outputs have it whole)";
        var text = string.Concat(Enumerable.Repeat(character, count));

        var shown = (await ReportAsync($$"""{"worse": "{{text}}"}""")).Json["software_deployment"]!;

        var reason = shown["status_reason"]!.GetValue<string>();
        Assert.InRange(Encoding.UTF8.GetByteCount(reason), 64 * 1024 - (isCut ? 3 : 0), 64 * 1024);
        Assert.Equal(isCut, reason.EndsWith(word, StringComparison.Ordinal));
        Assert.StartsWith(isCut ? reason[..^word.Length] : reason, $"worse : {text}", StringComparison.Ordinal);
        Assert.Equal(text, shown["output_values"]!["worse"]!.GetValue<string>());
    }

    [Fact]
    public async Task All_reasons_are_told_the_status_code_first_and_then_as_declared() =>
        AssertEnded(
            await ReportAsync("""{"worse": "c", "trouble": "b", "result": "a", "deploy_status_code": 1}"""),
            "FAILED", "deploy_status_code : Deployment exited with non-zero status code: 1, trouble : b, worse : c");

    [Fact]
    public async Task A_declared_output_that_every_run_has_is_stored_once()
    {
        var shown = await ReportAsync("""{"deploy_stdout": "x", "b": 2, "a": 1}""", """[{"name": "b"}, {"name": "deploy_stdout"}, {"name": "a"}, {"name": "b"}]""");

        Assert.Equal(
            """{"b":2,"a":1,"deploy_stdout":"x","deploy_stderr":null,"deploy_status_code":null}""",
            shown.Json["software_deployment"]!["output_values"]!.ToJsonString());
    }

    [Fact]
    public async Task A_report_replaces_the_outputs_that_are_there()
    {
        var deployment = await NewAsync();
        await _project.SendAsync("PUT", $"software_deployments/{deployment}", """{"output_values": {"result": "old"}}""");

        await (await Agent.OfAsync(_project)).SignalAsync("{}");

        Assert.False((await ShowAsync(deployment)).Json["software_deployment"]!["output_values"]!.AsObject().ContainsKey("result"));
    }

    [Theory]
    [InlineData("COMPLETE")]
    [InlineData("FAILED")]
    public async Task A_report_to_a_deployment_that_is_over_is_taken_and_changes_nothing(string status)
    {
        var deployment = await NewAsync();
        var agent = await Agent.OfAsync(_project);
        await agent.EntryAsync();
        await _project.SendAsync("PUT", $"software_deployments/{deployment}", $$"""{"status": "{{status}}"}""");
        var before = (await ShowAsync(deployment)).Text;

        Assert.Equal(200, (await agent.SignalAsync("""{"deploy_status_code": 1}""")).Status);

        Assert.Equal(before, (await ShowAsync(deployment)).Text);
    }

    [Fact]
    public async Task A_report_of_an_earlier_execution_is_taken_and_changes_nothing()
    {
        var deployment = await NewAsync();
        var agent = await Agent.OfAsync(_project);
        var late = Agent.SignalUrl(await agent.EntryAsync());
        var before = (await _project.SendAsync("POST", $"software_deployments/{deployment}/run")).Text;

        Assert.Equal(200, (await agent.SendAsync("PUT", late, """{"deploy_status_code": 1}""")).Status);
        Assert.Equal(before, (await ShowAsync(deployment)).Text);

        Assert.Equal(200, (await agent.SignalAsync("{}")).Status);
        AssertEnded(await ShowAsync(deployment), "COMPLETE", "Outputs received");
    }

    [Fact]
    public async Task The_same_report_twice_is_taken_twice_and_counts_once()
    {
        var deployment = await NewAsync();
        var agent = await Agent.OfAsync(_project);
        await agent.SignalAsync("""{"result": 1}""");
        var first = (await ShowAsync(deployment)).Text;

        Assert.Equal(200, (await agent.SignalAsync("""{"result": 2}""")).Status);

        Assert.Equal(first, (await ShowAsync(deployment)).Text);
    }

    [Fact]
    public async Task Of_many_reports_at_once_one_counts()
    {
        var deployment = await NewAsync();
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => agent.SendAsync("PUT", url, $$"""{"result": {{number}}, "deploy_stdout": {{number}}}""")));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var outputs = (await ShowAsync(deployment)).Json["software_deployment"]!["output_values"]!;
        Assert.Equal(outputs["result"]!.GetValue<int>(), outputs["deploy_stdout"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("text")]
    [InlineData("{\"a\": nan}")]
    public async Task A_report_that_is_no_json_object_is_refused(string body)
    {
        var deployment = await NewAsync();

        var answer = await (await Agent.OfAsync(_project)).SignalAsync(body);

        Assert.Equal(400, answer.Status);
        Assert.Equal("no-store", answer.Headers["cache-control"]);
        Assert.Equal("IN_PROGRESS", (await ShowAsync(deployment)).Json["software_deployment"]!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    [InlineData("text/html; charset=latin1")]
    [InlineData(null)]
    public async Task A_report_is_read_whatever_it_is_announced_as(string? contentType)
    {
        var deployment = await NewAsync();
        var agent = await Agent.OfAsync(_project);

        Assert.Equal(200, (await agent.SendAsync("PUT", Agent.SignalUrl(await agent.EntryAsync()), "{}", contentType)).Status);

        AssertEnded(await ShowAsync(deployment), "COMPLETE", "Outputs received");
    }

    private static void AssertEnded(Answer shown, string status, string reason)
    {
        Assert.Equal(status, shown.Json["software_deployment"]!["status"]!.GetValue<string>());
        Assert.Equal(reason, shown.Json["software_deployment"]!["status_reason"]!.GetValue<string>());
    }

    private async Task<Answer> ReportAsync(string body, string outputs = Outputs)
    {
        var deployment = await NewAsync(outputs);
        Assert.Equal(200, (await (await Agent.OfAsync(_project)).SignalAsync(body)).Status);
        return await ShowAsync(deployment);
    }

    private async Task<string> NewAsync(string outputs = Outputs) => await _project.DeploymentAsync(
        "a-server", await _project.ConfigAsync($$"""{"name": "a-config", "group": "script", "outputs": {{outputs}}}"""));

    private Task<Answer> ShowAsync(string deployment) => _project.SendAsync("GET", $"software_deployments/{deployment}");
}
