using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.CommandLine.Client;

/// <summary>Looking at deployments from the command line, and running them again.</summary>
public sealed class LookCommandTests : IDisposable
{
    private readonly Project _project = ServiceApp.NewProject();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_list_has_a_row_each(bool isTerminal)
    {
        var config = await _project.ConfigAsync();
        var id = await _project.CreateAsync(config, "s1", status: "FAILED", reason: "no [red]disk[/]\n\u001b[2J");
        await _project.CreateAsync(config, "s2");

        var run = await ClientRun.OfAsync(_project, isTerminal ? new() { ["TERMINAL"] = "yes" } : null, "ls", "--status", "FAILED");

        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.Contains("s1", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s2", run.Output, StringComparison.Ordinal);
        if (!isTerminal)
        {
            var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2, lines.Length);
            Assert.StartsWith("STATUS  SERVER  CONFIG", lines[0], StringComparison.Ordinal);
            Assert.Contains(id, lines[1], StringComparison.Ordinal);
            Assert.EndsWith("no [red]disk[/]  [2J", lines[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task As_json_a_list_is_that_of_the_api()
    {
        var id = await _project.DeploymentAsync();

        var run = await ClientRun.OfAsync(_project, null, "ls", "--json", "--server", "a-server");

        Assert.Equal(id, Assert.Single(JsonNode.Parse(run.Output)!["software_deployments"]!.AsArray())!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_list_that_was_cut_says_so()
    {
        await _project.DeploymentAsync();
        await _project.DeploymentAsync();

        Assert.Contains("There are more", (await ClientRun.OfAsync(_project, null, "ls", "--limit", "1")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_go_where_the_program_wrote_them()
    {
        var id = await _project.DeploymentAsync();
        Assert.Contains("Nothing is reported yet: it is IN_PROGRESS", (await ClientRun.OfAsync(_project, null, "logs", id)).Errors, StringComparison.Ordinal);
        await _project.UpdateAsync(id, """{"status": "FAILED", "output_values": {"deploy_stdout": "one\ntwo\u001b[1m", "deploy_stderr": "::error::x\n", "deploy_status_code": 3} }""");

        var run = await ClientRun.OfAsync(_project, null, "logs", id);
        var shown = await ClientRun.OfAsync(_project, null, "show", id);
        var onTerminal = await ClientRun.OfAsync(_project, new() { ["TERMINAL"] = "yes" }, "logs", id);
        var inJob = await ClientRun.OfAsync(_project, new() { ["GITHUB_ACTIONS"] = "true" }, "logs", id);

        Assert.Equal(new ClientRun(0, "one\ntwo\u001b[1m", "::error::x\n"), run);
        Assert.Equal("one\ntwo [1m", onTerminal.Output);
        // On one stream, so that no line of the one comes behind the last word of the other.
        Assert.Matches("^::stop-commands::([0-9A-F]{32})\none\ntwo\u001b\\[1m\n::error::x\n::\\1::\n$", inJob.Output);
        Assert.Equal("", inJob.Errors);
        Assert.Contains("status: FAILED\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("output_values:\n  deploy_stdout:\n    one\n    two [1m\n  deploy_stderr: ::error::x\n", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_job_of_github_what_servers_wrote_commands_nothing()
    {
        var config = await _project.ConfigAsync();
        var id = await _project.CreateAsync(config, "##[error]s", status: "FAILED", reason: "a ##[group]b");
        await _project.UpdateAsync(id, """{"output_values": {"result": "one\n::error::two\n##[error]three"} }""");
        var job = new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true" };

        var list = await ClientRun.OfAsync(_project, job, "ls");
        var shown = await ClientRun.OfAsync(_project, job, "show", id);
        var json = await ClientRun.OfAsync(_project, job, "show", id, "--json");
        var wait = await ClientRun.OfAsync(_project, job, "wait", "--config", config);

        foreach (var run in new[] { list, shown, json, wait })
        {
            Assert.DoesNotContain("##[", run.Output, StringComparison.Ordinal);
            Assert.All(run.Output.Split('\n'), line => Assert.False(line.TrimStart().StartsWith("::", StringComparison.Ordinal), line));
        }

        Assert.Contains("# #[error]s", list.Output, StringComparison.Ordinal);
        Assert.Contains("::error::two", shown.Output, StringComparison.Ordinal);
        Assert.Equal("##[error]s", JsonNode.Parse(json.Output)!["software_deployment"]!["server_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_runs_again_and_waits()
    {
        var id = await _project.DeploymentAsync();
        await _project.UpdateAsync(id, """{"status": "FAILED"}""");

        var begun = await ClientRun.OfAsync(_project, null, "run", id);
        var over = await ClientRun.OfAsync(_project, null, "run", id, "--wait", "--timeout", "1");
        await _project.UpdateAsync(id, """{"status": "FAILED", "status_reason": "worse"}""");
        var unknown = await ClientRun.OfAsync(_project, null, "run", "no-such-id");

        Assert.Equal(new ClientRun(0, $"deployment {id} runs again on a-server\n", ""), begun);
        Assert.Equal(2, over.Code);
        Assert.Equal(3, unknown.Code);
        Assert.Equal(2, (await _project.SendAsync("GET", $"software_deployments/{id}/events")).Json["events"]!.AsArray().Count(one => one!["event"]!.GetValue<string>() == "run"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_profile_has_what_the_environment_has_not_and_is_nobody_elses()
    {
        using var http = _project.App.CreateDefaultClient();
        var profile = _folder.At("profile.json");
        await File.WriteAllTextAsync(profile, $$"""{"url": "{{http.BaseAddress}}", "project": "{{_project.Id}}", "token": "{{await _project.MemberTokenAsync()}}"}""");
        var environment = new Dictionary<string, string> { ["DEPLOYMENTS_PROFILE"] = profile };
        File.SetUnixFileMode(profile, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(0, (await ClientRun.OfAsync([], environment, TimeProvider.System, "ls")).Code);

        File.SetUnixFileMode(profile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var open = await ClientRun.OfAsync([], environment, TimeProvider.System, "ls");
        Assert.Equal(3, open.Code);
        Assert.Contains($"chmod 600 {profile}", open.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_missing_is_named_at_once()
    {
        var run = await ClientRun.OfAsync([], null, TimeProvider.System, "ls");

        Assert.Equal(3, run.Code);
        Assert.Equal(3, run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("DeploymentService wai", "wait")]
    [InlineData("DeploymentService wait --fail", "--fail-fast")]
    [InlineData("DeploymentService ls --status CO", "COMPLETE")]
    public async Task The_shell_is_told_what_may_follow(string line, string word)
    {
        var run = await ClientRun.OfAsync([], null, TimeProvider.System, $"[suggest:{line.Length}]", line);

        Assert.Equal(0, run.Code);
        Assert.Equal([word], run.Output.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
    }
}
