using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>The URLs are secrets: they are in no event of the log and in no answer to a reader. What is lost is in the log.</summary>
public sealed class AgentSecretTests(LoggedApp logged) : IClassFixture<LoggedApp>
{
    private readonly Project _project = new(logged.App);

    [Fact]
    public async Task No_event_has_a_url_or_a_signature()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var signal = Agent.SignalUrl(await agent.EntryAsync());
        Answer[] answers =
        [
            await agent.PollAsync(),
            await agent.PollAsync("HEAD"),
            await agent.PollAsync("DELETE"),
            await agent.SendAsync("PUT", signal, "{"),
            await agent.SendAsync("PUT", signal, "{}"),
            await agent.SendAsync("PUT", signal, "{}"),
            await agent.SendAsync("GET", agent.Url + "x"),
        ];
        string[] signatures = [agent.Url[(agent.Url.LastIndexOf('/') + 1)..], signal[(signal.LastIndexOf('/') + 1)..]];

        foreach (var answer in answers)
        {
            await logged.Log.OfAsync(answer.Headers["x-openstack-request-id"], atLeast: 1);
        }

        Assert.All(logged.Log.Events, written => Assert.All(signatures, signature => Assert.DoesNotContain(signature, CapturedLog.Whole(written), StringComparison.Ordinal)));
        Assert.Contains(logged.Log.Events, written => CapturedLog.Value(written, "Route") as string == "/agent/{project_id}/{server}/{validity}/{signature}");
    }

    [Fact]
    public async Task A_late_report_is_in_the_log_with_its_deployment_and_why()
    {
        var deployment = await _project.DeploymentAsync("late");
        var agent = await Agent.OfAsync(_project, "late");
        var first = Agent.SignalUrl(await agent.EntryAsync());
        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");
        await agent.SendAsync("PUT", first, """{"deploy_stdout": "a secret"}""");
        await agent.SignalAsync("{}");
        await agent.SignalAsync("{}");

        var written = logged.Log.Events.Where(written => CapturedLog.Value(written, "DeploymentId") as string == deployment).ToList();

        Assert.Equal(["OfEarlierRun", "NotInProgress"], written.Select(late => late.Properties["Outcome"].ToString()));
        Assert.All(written, late => Assert.Equal(Serilog.Events.LogEventLevel.Information, late.Level));
    }

    [Theory]
    [InlineData("{\"deploy_stdout\": tsecret-of-the-output", "The body is not valid JSON")]
    [InlineData("[\"secret-of-the-output\"]", "The body must be a JSON object")]
    [InlineData("{\"a\": \"secret-of-the-output \", NaN}", "The body is not valid JSON")]
    public async Task A_refused_report_is_in_the_log_without_what_was_sent(string body, string reason)
    {
        var deployment = await _project.DeploymentAsync("refused");
        var agent = await Agent.OfAsync(_project, "refused");
        var signal = Agent.SignalUrl((await agent.EntriesAsync())[^1]!);

        Assert.Equal(400, (await agent.SendAsync("PUT", signal, body)).Status);

        var written = Assert.Single(logged.Log.Events, written => CapturedLog.Value(written, "DeploymentId") as string == deployment);
        Assert.Equal(Serilog.Events.LogEventLevel.Warning, written.Level);
        Assert.Equal(reason, CapturedLog.Value(written, "Reason"));
        Assert.All(logged.Log.Events, any => Assert.DoesNotContain("secret-of-the-output", CapturedLog.Whole(any), StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_answer_to_a_reader_has_a_url()
    {
        var deployment = await _project.DeploymentAsync("read");
        var agent = await Agent.OfAsync(_project, "read");
        var signal = Agent.SignalUrl(await agent.EntryAsync());
        await agent.SendAsync("PUT", signal, "{}");
        var reader = await _project.TokenAsync("reader");

        foreach (var path in new[] { "software_deployments", $"software_deployments/{deployment}", "software_deployments/metadata/read", "software_configs" })
        {
            var answer = await _project.SendAsync("GET", path, token: reader);
            Assert.Equal(200, answer.Status);
            Assert.DoesNotContain("/signal/", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("/agent/", answer.Text, StringComparison.Ordinal);
        }
    }
}
