using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents.Script;

/// <summary>What agent.sh runs, with which environment, and what it reports: as the stock script hook does.</summary>
public sealed class AgentScriptTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_program_is_run_once_and_reported_as_the_stock_hook_does(string kind)
    {
        using var shell = new Shell(kind);
        const string Program = "#!/bin/sh -x\necho Writing to $foo\nprintf '%s' \"$0 ran\" > \"$heat_outputs_path.result\"\n";
        var id = await NewAsync(Program, outputs: """[{"name": "result"}, {"name": "never written"}]""", inputs: """[{"name": "foo"}]""", values: """{"foo": "bar"}""");
        var agent = await Agent.OfAsync(_project);

        var (code, output, errors) = await shell.RunAsync(await ScriptAsync(agent));

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal($"a-config begins\na-config ended with exit code 0\na-config is reported\n", output);
        var shown = await ShowAsync(id);
        Assert.Equal(("COMPLETE", "Outputs received"), (shown["status"]!.GetValue<string>(), shown["status_reason"]!.GetValue<string>()));
        var program = $"{shell.State}/{id}-1/program";
        Assert.Equal(
            new JsonObject
            {
                ["result"] = $"{program} ran",
                ["deploy_stdout"] = "Writing to bar\n",
                ["deploy_stderr"] = $"+ echo Writing to bar\n+ printf %s {program} ran\n",
                ["deploy_status_code"] = 0,
            }.ToJsonString(),
            shown["output_values"]!.ToJsonString().Replace("'", "", StringComparison.Ordinal).Replace("\\u0027", "", StringComparison.Ordinal));
        Assert.Equal("There is nothing to run.\n", (await shell.RunAsync(await ScriptAsync(agent))).Output);
        Assert.Equal([$"{shell.State}/done", $"{shell.State}/work"], Directory.GetFileSystemEntries(shell.State).Order(StringComparer.Ordinal));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task Every_input_comes_as_it_is_whatever_its_name_and_value(string kind)
    {
        using var shell = new Shell(kind);
        var values = new JsonObject
        {
            ["plain"] = "a value",
            ["na me"] = "of two words",
            ["it's"] = "it's \"quoted\" `and` $HOME \\ $(exit 1)",
            ["-n"] = "-n",
            ["lines"] = "\none\r\ntwo\n\n",
            ["$x;`y`"] = "*",
            ["PS4"] = "special",
            ["dir"] = "a variable of the agent",
            ["state"] = "another",
            ["new\nline"] = "\t",
            ["é"] = "\u201eü\u201c \U0001F600 \u0081\u007f\u001b",
            ["empty"] = "",
            ["DB_PASSWORD"] = "it's secret",
            ["BASH_ENV"] = "/not/there",
            ["number"] = 3,
            ["flag"] = true,
            ["list"] = new JsonArray(1, "it's", null),
            ["heat_outputs_path"] = "not this",
        };
        // Its own environment, because a shell gives no name to its children that it cannot use itself.
        var id = await NewAsync("#!/bin/sh\ncat /proc/$$/environ > \"$heat_outputs_path.all\"\n", outputs: """[{"name": "all"}]""", values: values.ToJsonString());

        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)))).Code);

        var environment = (await ShowAsync(id))["output_values"]!["all"]!.GetValue<string>().Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2)).ToDictionary(variable => variable[0], variable => variable[1]);
        foreach (var (name, value) in values.Where(value => value.Key is not ("heat_outputs_path" or "number" or "flag" or "list")))
        {
            Assert.Equal(value!.GetValue<string>(), environment[name]);
        }

        Assert.Equal(("3", "True", $"{shell.State}/{id}-1/out"), (environment["number"], environment["flag"], environment["heat_outputs_path"]));
        Assert.True(JsonNode.DeepEquals(values["list"], JsonNode.Parse(environment["list"])));
        Assert.Equal(("a-server", "CREATE", "a-config"), (environment["deploy_server_id"], environment["deploy_action"], environment["deploy_resource_name"]));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_secret_with_a_usual_name_is_on_no_command_line(string kind)
    {
        using var shell = new Shell(kind);
        await NewAsync("#!/bin/sh\n", values: """{"DB_PASSWORD": "s3cret", "na me": "shown"}""");
        using var env = shell.Replace("env", $"#!/bin/sh\nprintf '%s\\n' \"$@\" > {shell.Folder}/shown\n");

        await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)));

        var arguments = await File.ReadAllTextAsync($"{shell.Folder}/shown");
        Assert.Contains("na me=shown", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", arguments, StringComparison.Ordinal);
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task A_state_folder_that_env_would_take_for_a_variable_is_refused(string kind)
    {
        using var shell = new Shell(kind);
        await NewAsync("#!/bin/sh\n", values: """{"na me": "x"}""");

        var (code, output, errors) = await shell.RunAsync($"AGENT_STATE={shell.State}/a=b\n{await ScriptAsync(await Agent.OfAsync(_project))}");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("set AGENT_STATE", errors, StringComparison.Ordinal);
    }

    [ShellTheory]
    [InlineData(Shell.Dash, "exit 3", "deploy_status_code : Deployment exited with non-zero status code: 3")]
    [InlineData(Shell.Busybox, "exit 3", "deploy_status_code : Deployment exited with non-zero status code: 3")]
    [InlineData(Shell.Dash, "kill -9 $$", "deploy_status_code : Deployment exited with non-zero status code: 137")]
    [InlineData(Shell.Busybox, "printf 'no \"disk\"' > \"$heat_outputs_path.it's; bad\"", "it's; bad : no \"disk\"")]
    [InlineData(Shell.Dash, "printf 'no \"disk\"' > \"$heat_outputs_path.it's; bad\"", "it's; bad : no \"disk\"")]
    public async Task What_fails_fails_with_the_stock_reason(string kind, string command, string reason)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync($"#!/bin/sh\n{command}\n", outputs: """[{"name": "it's; bad", "error_output": true}]""");

        // That a program failed is the deployment's, and no failure of the agent.
        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)))).Code);

        var shown = await ShowAsync(id);
        Assert.Equal(("FAILED", reason), (shown["status"]!.GetValue<string>(), shown["status_reason"]!.GetValue<string>()));
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task Text_of_others_is_never_run_and_comes_byte_for_byte(string kind)
    {
        using var shell = new Shell(kind);
        // Without a first line that names an interpreter, and without an end of line.
        const string Program = "cat \"$0\"; cd / ; # '; touch hacked; ' $(touch hacked) \r\n# \"`touch hacked`\" \\ é \U0001F600\nexit 0 # no end";
        var config = new JsonObject
        {
            ["name"] = "'; touch hacked; '\n$(touch hacked)\u001b[2J",
            ["group"] = "script",
            ["config"] = Program,
            ["outputs"] = new JsonArray(new JsonObject { ["name"] = "'; touch hacked; '\n" }, new JsonObject { ["name"] = "../../hacked" }),
        };
        var id = await _project.DeploymentAsync(configId: await _project.ConfigAsync(config.ToJsonString()));

        var (code, output, errors) = await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)));

        Assert.Equal((0, ""), (code, errors));
        Assert.DoesNotContain('\u001b', output);
        Assert.Equal(Program, (await ShowAsync(id))["output_values"]!["deploy_stdout"]!.GetValue<string>());
        Assert.Empty(Directory.GetFiles(shell.Folder, "hacked", SearchOption.AllDirectories));
    }

    [ShellTheory]
    [InlineData(Shell.Dash, """{"config": {"a": 1}}""", "{}", "The config is no text")]
    [InlineData(Shell.Busybox, """{"config": "#!/bin/sh\u0000"}""", "{}", "The config has a NUL character")]
    [InlineData(Shell.Dash, """{"config": "#!/bin/sh"}""", """{"a=b": "c"}""", "The input 'a=b' cannot be in an environment")]
    [InlineData(Shell.Busybox, """{"config": "#!/bin/sh"}""", """{"": "c"}""", "The input '(without a name)' cannot be in an environment")]
    [InlineData(Shell.Dash, """{"config": "#!/bin/sh"}""", """{"x": "c\u0000"}""", "The input 'x' cannot be in an environment")]
    [InlineData(Shell.Dash, """{"config": "#!/not/there"}""", "{}", "program")]
    public async Task What_cannot_be_run_is_reported_as_failed(string kind, string config, string values, string sentence)
    {
        using var shell = new Shell(kind);
        var body = JsonNode.Parse(config)!.AsObject();
        body["group"] = "script";
        var id = await DeploymentAsync(await _project.ConfigAsync(body.ToJsonString()), values);

        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)))).Code);

        var shown = await ShowAsync(id);
        Assert.Equal("FAILED", shown["status"]!.GetValue<string>());
        Assert.Contains(sentence, shown["output_values"]!["deploy_stderr"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task Of_large_output_the_end_is_reported_and_a_large_file_is_left_out_which_is_a_failure(string kind)
    {
        using var shell = new Shell(kind);
        var id = await NewAsync(
            "#!/bin/sh\nhead -c 1400000 /dev/zero | tr '\\0' x\necho the end\nhead -c 950001 /dev/zero > \"$heat_outputs_path.large\"\n", outputs: """[{"name": "large"}]""");

        Assert.Equal(0, (await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)))).Code);

        var shown = await ShowAsync(id);
        Assert.Equal("FAILED", shown["status"]!.GetValue<string>());
        var outputs = shown["output_values"]!;
        Assert.Equal(1, outputs["deploy_status_code"]!.GetValue<int>());
        var printed = outputs["deploy_stdout"]!.GetValue<string>();
        Assert.StartsWith("...", printed, StringComparison.Ordinal);
        Assert.EndsWith("xthe end\n", printed, StringComparison.Ordinal);
        Assert.Equal(950_003, printed.Length);
        Assert.Null(outputs["large"]);
        Assert.Equal("agent.sh: the output large is larger than 950000 bytes, and was left out\n", outputs["deploy_stderr"]!.GetValue<string>());
    }

    [ShellTheory]
    [InlineData(Shell.Dash)]
    [InlineData(Shell.Busybox)]
    public async Task Other_groups_are_left_alone_and_still_wait_for_their_agent(string kind)
    {
        using var shell = new Shell(kind);
        var other = await _project.DeploymentAsync(configId: await _project.ConfigAsync("""{"name": "a-playbook", "group": "ansible", "config": "#!/bin/sh"}"""));
        await _project.DeploymentAsync(configId: await _project.ConfigAsync("""{"name": "nothing", "config": "#!/bin/sh"}"""));

        var (code, output, errors) = await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)));

        Assert.Equal((0, ""), (code, output));
        Assert.Equal("agent.sh: a-playbook is left alone: it is for the hook of the group ansible, and this runs the group script alone\n", errors);
        Assert.Equal("IN_PROGRESS", (await ShowAsync(other))["status"]!.GetValue<string>());
        Assert.DoesNotContain("fetched", (await _project.SendAsync("GET", $"software_deployments/{other}/events")).Text, StringComparison.Ordinal);
    }

    [ShellTheory]
    [InlineData(Shell.Dash, "--evry")]
    [InlineData(Shell.Busybox, "--every")]
    [InlineData(Shell.Dash, "--every", "0")]
    [InlineData(Shell.Busybox, "--every", "soon")]
    [InlineData(Shell.Dash, "--every", "99999999999999999999")]
    public async Task A_wrong_option_runs_nothing(string kind, params string[] arguments)
    {
        using var shell = new Shell(kind);
        await NewAsync("#!/bin/sh\n");

        var (code, output, errors) = await shell.RunAsync(await ScriptAsync(await Agent.OfAsync(_project)), arguments);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--every", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(shell.State));
    }

    private async Task<string> NewAsync(string program, string outputs = "[]", string inputs = "[]", string values = "{}") => await DeploymentAsync(
        await _project.ConfigAsync(
            $$"""{"name": "a-config", "group": "script", "config": {{JsonValue.Create(program).ToJsonString()}}, "outputs": {{outputs}}, "inputs": {{inputs}}}"""),
        values);

    private async Task<string> DeploymentAsync(string configId, string values)
    {
        var answer = await _project.SendAsync(
            "POST", "software_deployments", $$"""{"config_id": "{{configId}}", "server_id": "a-server", "action": "CREATE", "input_values": {{values}} }""");
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }

    private static async Task<string> ScriptAsync(Agent agent)
    {
        var answer = await agent.SendAsync("GET", agent.Url + "/agent.sh");
        Assert.Equal(200, answer.Status);
        return answer.Text;
    }

    private async Task<JsonNode> ShowAsync(string id) => (await _project.SendAsync("GET", $"software_deployments/{id}")).Json["software_deployment"]!;
}
