using System.Diagnostics;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents.Script;

/// <summary>Nothing is run twice, whatever ends in between, and nothing at all of half a script.</summary>
public sealed class AgentScriptOnceTests
{
    private const string StillRuns = "a-config is run by another agent.sh\n";
    private readonly Project _project = ServiceApp.NewProject();

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task What_was_begun_and_never_ended_is_reported_as_failed_and_not_run_again(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "echo so far; cat {gate}");
        var agent = await Agent.OfAsync(_project);
        using (var killed = shell.Start(await ScriptAsync(agent)))
        {
            using var gate = Begun(shell);
            killed.Kill();
            await killed.WaitForExitAsync();
            // The program goes on without its agent: nothing is reported, so nobody runs it beside itself.
            Assert.Equal((0, StillRuns, ""), await shell.RunAsync(await ScriptAsync(agent)));
            Assert.Equal("IN_PROGRESS", (await ShowAsync(id))["status"]!.GetValue<string>());
        }

        // It ends, and nobody hears of it.
        var (code, output, _) = await shell.RunAsync(await ScriptAsync(agent));
        for (var attempt = 0; output == StillRuns && attempt < 100; attempt++)
        {
            (code, output, _) = await shell.RunAsync(await ScriptAsync(agent));
        }

        Assert.Equal(0, code);
        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
        var shown = await ShowAsync(id);
        Assert.Equal("FAILED", shown["status"]!.GetValue<string>());
        Assert.Equal("so far\n", shown["output_values"]!["deploy_stdout"]!.GetValue<string>());
        Assert.Contains("it is not run again by itself", shown["output_values"]!["deploy_stderr"]!.GetValue<string>(), StringComparison.Ordinal);
        // A person may.
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/run")).Status);
        using var again = shell.Start(await ScriptAsync(agent));
        Begun(shell).Dispose();
        await again.WaitForExitAsync();
        Assert.Equal("once\nonce\n", await File.ReadAllTextAsync(Counter(shell)));
        Assert.Equal("COMPLETE", (await ShowAsync(id))["status"]!.GetValue<string>());
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_report_that_does_not_get_through_is_sent_later_as_it_was(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "exit 3");
        var agent = await Agent.OfAsync(_project);
        var script = await ScriptAsync(agent);
        using (shell.Replace("curl", "#!/bin/sh\nexit 7\n"))
        using (shell.Replace("sleep", "#!/bin/sh\n"))
        {
            var (code, _, errors) = await shell.RunAsync(script);
            Assert.Equal(1, code);
            Assert.Contains("cannot be reported now", errors, StringComparison.Ordinal);
        }

        // Whatever is asked of the agent then: here by a script of a server that has nothing to run.
        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project, "another-server")))).Code);

        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
        Assert.Equal("deploy_status_code : Deployment exited with non-zero status code: 3", (await ShowAsync(id))["status_reason"]!.GetValue<string>());
        // The same script once more.
        Assert.Equal(0, (await shell.RunAsync(script)).Code);
        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_report_that_cannot_be_written_is_never_a_success(string kind)
    {
        using var shell = new Shell(kind);
        // Whatever is written there finds a full disk.
        var id = await NewAsync(shell, "ln -s /dev/full \"${0%/*}/form.new\"; exit 7");
        var agent = await Agent.OfAsync(_project);
        for (var times = 0; times < 2; times++)
        {
            var (code, _, errors) = await shell.RunAsync(await ScriptAsync(agent));
            Assert.Equal(1, code);
            Assert.Contains("cannot be reported now, because", errors, StringComparison.Ordinal);
            Assert.Equal("IN_PROGRESS", (await ShowAsync(id))["status"]!.GetValue<string>());
        }

        File.Delete($"{shell.State}/{id}-1/form.new");

        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(agent))).Code);
        Assert.Equal("FAILED", (await ShowAsync(id))["status"]!.GetValue<string>());
        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task With_every_a_report_that_could_not_be_written_is_made_up_for(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "ln -s /dev/full \"${0%/*}/form.new\"");
        using var loop = shell.Start(await ScriptAsync(await Agent.OfAsync(_project)), "--every", "1");
        try
        {
            while (await loop.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is { } line && !line.Contains("cannot be reported now", StringComparison.Ordinal))
            {
            }

            File.Delete($"{shell.State}/{id}-1/form.new");

            var answer = await _project.SendAsync("GET", $"software_deployments/{id}?wait=60");
            Assert.Equal("FAILED", answer.Json["software_deployment"]!["status"]!.GetValue<string>());
        }
        finally
        {
            loop.Kill(entireProcessTree: true);
        }

        await loop.WaitForExitAsync();
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_program_that_cannot_be_written_is_not_run_until_it_can(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "true");
        var agent = await Agent.OfAsync(_project);
        var inTheWay = Directory.CreateDirectory($"{shell.State}/{id}-1/program");

        var (code, _, errors) = await shell.RunAsync(await ScriptAsync(agent));

        Assert.Equal(1, code);
        Assert.Contains("a-config is not run, because", errors, StringComparison.Ordinal);
        Assert.Equal("IN_PROGRESS", (await ShowAsync(id))["status"]!.GetValue<string>());
        inTheWay.Delete();
        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(agent))).Code);
        Assert.Equal("COMPLETE", (await ShowAsync(id))["status"]!.GetValue<string>());
        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_report_to_a_rotated_address_is_kept_and_goes_to_the_new_one(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "true");
        var script = await ScriptAsync(await Agent.OfAsync(_project));
        var rotated = await Agent.OfAsync(_project, body: """{"rotate": true}""");

        var (code, _, errors) = await shell.RunAsync(script);
        Assert.Equal(1, code);
        Assert.Contains("the service answers 404", errors, StringComparison.Ordinal);

        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(rotated))).Code);
        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
        Assert.Equal("COMPLETE", (await ShowAsync(id))["status"]!.GetValue<string>());
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task Of_two_agents_at_once_one_runs_it(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "cat {gate}");
        var script = await ScriptAsync(await Agent.OfAsync(_project));
        using var first = shell.Start(script);
        var gate = Begun(shell);

        var (code, output, errors) = await shell.RunAsync(script);

        Assert.Equal((0, StillRuns, ""), (code, output, errors));
        Assert.Equal("IN_PROGRESS", (await ShowAsync(id))["status"]!.GetValue<string>());
        gate.Dispose();
        await first.WaitForExitAsync();
        Assert.Equal("COMPLETE", (await ShowAsync(id))["status"]!.GetValue<string>());
        Assert.Equal("once\n", await File.ReadAllTextAsync(Counter(shell)));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task Half_a_script_runs_nothing(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(shell, "true");
        var script = await ScriptAsync(await Agent.OfAsync(_project));

        // Some within, and every one in the last lines but the very last character, an end of line.
        foreach (var length in Enumerable.Range(1, 20).Select(part => script.Length * part / 21).Concat(Enumerable.Range(script.Length - 36, 35)))
        {
            Assert.Equal("", (await shell.RunAsync(script[..length])).Output);
            Assert.Empty(Directory.GetFileSystemEntries(shell.State));
        }

        Assert.Equal("IN_PROGRESS", (await ShowAsync(id))["status"]!.GetValue<string>());
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task With_every_it_asks_again_and_again(string kind)
    {
        using var shell = new Shell(kind);
        var first = await NewAsync(shell, "true");
        var agent = await Agent.OfAsync(_project);
        using var loop = shell.Start(await ScriptAsync(agent), "--every", "1");
        try
        {
            await EndedAsync(first);
            var second = await NewAsync(shell, "true");
            await EndedAsync(second);
            // The pause is the only thing that is left to do.
            Assert.False(loop.HasExited);
        }
        finally
        {
            loop.Kill(entireProcessTree: true);
        }

        await loop.WaitForExitAsync();
        Assert.Equal("once\nonce\n", await File.ReadAllTextAsync(Counter(shell)));
    }

    private async Task EndedAsync(string id)
    {
        var answer = await _project.SendAsync("GET", $"software_deployments/{id}?wait=60");
        Assert.Equal("COMPLETE", answer.Json["software_deployment"]!["status"]!.GetValue<string>());
    }

    private static string Counter(Shell shell) => Path.Combine(shell.Folder, "counter");

    private static string Gate(Shell shell) => Path.Combine(shell.Folder, "gate");

    /// <summary>Waits until the program reads its gate. It goes on when the result is disposed of.</summary>
    private static FileStream Begun(Shell shell) => new(Gate(shell), FileMode.Open, FileAccess.Write);

    private async Task<string> NewAsync(Shell shell, string command)
    {
        if (!File.Exists(Gate(shell)))
        {
            using var made = Process.Start("mkfifo", Gate(shell));
            await made.WaitForExitAsync();
        }

        var program = $"#!/bin/sh\necho once >> {Counter(shell)}\n{command.Replace("{gate}", Gate(shell), StringComparison.Ordinal)}\n";
        return await _project.DeploymentAsync(configId: await _project.ConfigAsync(
            $$"""{"name": "a-config", "group": "script", "config": {{JsonValue.Create(program).ToJsonString()}}}"""));
    }

    private static async Task<string> ScriptAsync(Agent agent)
    {
        var answer = await agent.SendAsync("GET", agent.Url + "/agent.sh");
        Assert.Equal(200, answer.Status);
        return answer.Text;
    }

    private async Task<JsonNode> ShowAsync(string id) => (await _project.SendAsync("GET", $"software_deployments/{id}")).Json["software_deployment"]!;
}
