using System.Text.Json.Nodes;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.CommandLine.Client;

/// <summary>Waiting from the command line: what is printed, and the exit codes that a job lives by.</summary>
public sealed class WaitCommandTests : IDisposable
{
    private readonly Project _project = ServiceApp.NewProject();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_ends_well_with_the_last_that_is_complete()
    {
        var config = await _project.ConfigAsync();
        var id = await _project.CreateAsync(config, "a-server");
        var waiting = ClientRun.OfAsync(_project, null, "wait", "--config", config);

        await _project.UpdateAsync(id, """{"status": "COMPLETE"}""");

        var run = await waiting.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.EndsWith("1 deployment COMPLETE.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_one_with_servers_and_reasons()
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "good", status: "COMPLETE", reason: "well");
        var id = await _project.CreateAsync(config, "bad", status: "FAILED", reason: "no disk\u001b[2J");

        var run = await ClientRun.OfAsync(_project, null, "wait", "--config", config);

        Assert.Equal((1, ""), (run.Code, run.Errors));
        Assert.Equal($"Of 2 deployments, 1 FAILED, 1 COMPLETE, 0 IN_PROGRESS.\nFAILED bad: no disk [2J (deployment {id})\n", run.Output);
    }

    [Fact]
    public async Task Time_over_is_two_and_says_who_is_left()
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "slow");

        var run = await ClientRun.OfAsync(_project, null, "wait", "--config", config, "--timeout", "1");

        Assert.Equal((2, ""), (run.Code, run.Errors));
        Assert.Contains("Time over: of 1 deployment", run.Output, StringComparison.Ordinal);
        Assert.Contains("IN_PROGRESS slow: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_that_came_is_time_over_too()
    {
        var run = await ClientRun.OfAsync(_project, null, "wait", "--server", "nobody", "--timeout", "1");

        Assert.Equal(2, run.Code);
        Assert.Contains("No deployment came in that time with server_id=nobody", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("answers 404: No software config with id", "wait", "--config", "3d5ec2a8-7004-43b6-a7f6-542bdbe9d434")]
    [InlineData("config_id: is empty", "wait", "--config", "")]
    [InlineData("wait does not take '--confg'", "wait", "--confg", "x")]
    [InlineData("did you mean --config?", "wait", "--confg", "x")]
    [InlineData("does not take 'x'", "wait", "x")]
    [InlineData("--timeout", "wait", "--timeout", "soon")]
    [InlineData("--timeout", "wait", "--timeout", "0")]
    [InlineData("--config", "wait", "--config")]
    [InlineData("answers 401", "wait", "--token", "wrong")]
    [InlineData("answers 403", "wait", "--project", "another")]
    [InlineData("answers 404", "rollout", "no-rollout")]
    [InlineData("rollout", "rollout")]
    [InlineData("The address 'x' is none", "wait", "--url", "x")]
    [InlineData("cannot be read", "wait", "--token-file", "/not/there")]
    public async Task What_cannot_be_asked_is_three_at_once(string sentence, params string[] arguments)
    {
        var run = await ClientRun.OfAsync(_project, null, arguments);

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_it_is_one_line()
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "bad", status: "FAILED", reason: "no disk");

        var run = await ClientRun.OfAsync(_project, null, "wait", "--config", config, "--json");

        Assert.Equal((1, ""), (run.Code, run.Errors));
        var answer = JsonNode.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal((409, 1, "no disk"), (answer["outcome"]!.GetValue<int>(), answer["counts"]!["FAILED"]!.GetValue<int>(), answer["failures"]![0]!["status_reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task In_a_job_of_github_failures_are_annotated_and_summed_up_and_command_nothing()
    {
        var config = await _project.ConfigAsync();
        var id = await _project.CreateAsync(config, "bad:one", status: "FAILED", reason: "100%\n::set-output name=a::b | <b>");
        var summary = _folder.At("summary");

        var run = await ClientRun.OfAsync(_project, new() { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = summary }, "wait", "--config", config);

        Assert.Equal(1, run.Code);
        Assert.Equal($"::error title=FAILED on bad%3Aone::100%25%0A::set-output name=a::b | <b> (deployment {id})\n", run.Errors);
        Assert.DoesNotContain("\n::", run.Output, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(summary);
        Assert.Contains("| FAILED | 1 |\n", page, StringComparison.Ordinal);
        Assert.Contains($"| FAILED | bad:one | 100&#37; ::set-output name&#61;a::b &#124; &#60;b&#62; | {id} |\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_after_what_passes_and_after_a_cut()
    {
        const string Counts = """{"counts":{"IN_PROGRESS":3,"COMPLETE":1,"FAILED":0}}""";
        await using var service = new ScriptedService(
            ScriptedService.Answer("503 Service Unavailable", "Retry-After: 7\r\n", """{"error": {"message": "starting"}}"""),
            ScriptedService.Half(Counts + "\n{\"cou"),
            ScriptedService.Answer("200 OK", "", Counts + "\n" + """{"outcome":408,"message":"Time over: …","counts":{},"failures":[],"left":[]}""" + "\n"),
            ScriptedService.Answer("429 Too Many Requests", "", "{}"),
            ScriptedService.Answer("200 OK", "", """{"outcome":503,"message":"The service is stopping"}""" + "\n"),
            ScriptedService.Answer("200 OK", "", """{"outcome":200,"message":"4 deployments COMPLETE.","counts":{"COMPLETE":4},"failures":[],"left":[]}""" + "\n"));
        var access = new Dictionary<string, string> { ["DEPLOYMENTS_URL"] = service.Url, ["DEPLOYMENTS_PROJECT"] = "demo", ["DEPLOYMENTS_TOKEN"] = "a-token" };

        var run = await ClientRun.OfAsync(access, null, new HurriedClock(), "wait", "--timeout", "100000");

        Assert.Equal((0, "", 6), (run.Code, run.Errors, service.Requests.Count));
        Assert.Equal("1 of 4 deployments ended: 3 IN_PROGRESS, 1 COMPLETE\n4 deployments COMPLETE.\n", run.Output);
        Assert.All(service.Requests, request => Assert.StartsWith("GET /v1/demo/software_deployments/wait?progress=true&timeout=300&at_least=1 ", request, StringComparison.Ordinal));
        Assert.All(service.Requests, request => Assert.Contains("X-Auth-Token: a-token", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("ls")]
    public async Task A_service_that_never_answers_is_three(string word)
    {
        string url;
        await using (var gone = new ScriptedService())
        {
            url = gone.Url;
        }

        var access = new Dictionary<string, string> { ["DEPLOYMENTS_URL"] = url + "/v1/demo", ["DEPLOYMENTS_TOKEN"] = "a-token" };

        var run = await ClientRun.OfAsync(access, new() { ["GITHUB_ACTIONS"] = "true" }, new HurriedClock(), word);

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Contains($"{url} does not answer", run.Errors, StringComparison.Ordinal);
        Assert.Contains("::error title=The service could not be asked::", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_gets_a_bar_and_the_same_end()
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "a-server");

        var run = await ClientRun.OfAsync(_project, new() { ["TERMINAL"] = "yes" }, "wait", "--config", config, "--timeout", "2");

        Assert.Equal(2, run.Code);
        Assert.Contains("Time over: of 1 deployment", run.Output, StringComparison.Ordinal);
    }
}
