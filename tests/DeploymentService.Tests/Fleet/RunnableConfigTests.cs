using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Why the stock agents do not run a config, and that is said of its deployments.</summary>
public sealed class RunnableConfigTests
{
    private const string Component = """
        {"configs": [{"actions": ["CREATE"], "config": "x", "tool": "script"}, {"actions": ["DELETE", "SUSPEND"], "config": "y", "tool": "scirpt"}]}
        """;

    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"Heat::Ungrouped\"")]
    public async Task No_group(string group)
    {
        var id = await NewAsync($$"""{"group": {{group}}, "config": "x"}""");

        Assert.Equal("""{"code":"no_group","time":null,"detail":"the config has no group, so that agents do not run it"}""", Assert.Single(await _project.PartsAsync(id)).ToJsonString());
    }

    [Theory]
    [InlineData("scirpt", "the nearest is 'script'")]
    [InlineData("Script", "the nearest is 'script'")]
    [InlineData("shell-script", "the nearest is 'script'")]
    [InlineData("docker_compose", "the nearest is 'docker-compose'")]
    [InlineData("docker", "the nearest is 'docker-cmd'")]
    [InlineData("ansible-playbook", "the nearest is 'ansible'")]
    [InlineData("os-aply-config", "the nearest is 'os-apply-config'")]
    [InlineData("hirea", "the nearest is 'hiera'")]
    [InlineData("pupet", "the nearest is 'puppet'")]
    [InlineData("bash", "there are ansible, apply-config, atomic, cfn-init, chef, component, docker-cmd, docker-compose, hiera, json-file, kubelet, os-apply-config, puppet, salt, script")]
    [InlineData("::", "there are ansible, apply-config, ")]
    [InlineData("Component", "the nearest is 'component'")]
    public async Task Unknown_group(string group, string hint)
    {
        var id = await NewAsync($$"""{"group": "{{group}}", "config": "x"}""");

        var parts = await _project.PartsAsync(id);

        Assert.Equal(["never_fetched", "unknown_group"], parts.Select(WaitingParts.Code));
        Assert.StartsWith($"no stock hook serves the group '{group}': {hint}", WaitingParts.Detail(parts[1]), StringComparison.Ordinal);

        // It is fetched, and skipped.
        await _project.FetchAsync(id);
        Assert.Equal(["fetched", "unknown_group"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
    }

    [Theory]
    [InlineData("script")]
    [InlineData("ansible")]
    [InlineData("puppet")]
    [InlineData("chef")]
    [InlineData("salt")]
    [InlineData("cfn-init")]
    [InlineData("docker-cmd")]
    [InlineData("docker-compose")]
    [InlineData("hiera")]
    [InlineData("json-file")]
    [InlineData("kubelet")]
    [InlineData("atomic")]
    [InlineData("apply-config")]
    [InlineData("os-apply-config")]
    [InlineData("json-file!")]
    public async Task Known_groups(string group) =>
        Assert.Equal("never_fetched", WaitingParts.Code(Assert.Single(await _project.PartsAsync(await NewAsync($$"""{"group": "{{group}}", "config": "x"}""")))));

    [Theory]
    [InlineData(Component, "\"UPDATE\"", "no_config_for_action")]
    [InlineData(Component, "\"create\"", "no_config_for_action")]
    [InlineData(Component, "null", "no_config_for_action")]
    [InlineData(Component, "\"CREATE\"", null)]
    [InlineData(Component, "\"SUSPEND\"", "unknown_group")]
    [InlineData("""{"configs": [{"actions": "CREATE", "config": "x", "tool": "script"}]}""", "\"CREATE\"", null)]
    [InlineData("""{"configs": [{"actions": {"CREATE": 1}, "config": "x", "tool": "script"}]}""", "\"CREATE\"", null)]
    [InlineData("""{"configs": [{"actions": "UPDATE", "config": "x", "tool": "script"}]}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [{"actions": 7, "config": "x", "tool": "script"}]}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("\"a text\"", "\"CREATE\"", "no_config_for_action")]
    [InlineData("null", "\"CREATE\"", "no_config_for_action")]
    [InlineData("[]", "\"CREATE\"", "no_config_for_action")]
    [InlineData("{}", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": {}}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [1, {"actions": ["CREATE"], "config": "x", "tool": "script"}]}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [{"actions": ["CREATE"], "config": "x"}]}""", "\"CREATE\"", "no_config_for_action")]
    [InlineData("""{"configs": [{"actions": [1, null, "CREATE"], "config": {"a": 1}, "tool": "json-file"}]}""", "\"CREATE\"", null)]
    public async Task A_component_runs_what_it_has_for_the_action(string config, string action, string? code)
    {
        var id = await NewAsync($$"""{"group": "component", "config": {{config}} }""", action);

        Assert.Equal(code is null ? ["never_fetched"] : ["never_fetched", code], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
    }

    [Theory]
    [InlineData("""{"deploy_action": "CREATE"}""", "[]", true)]
    [InlineData("""{"deploy_action": ""}""", """[{"name": "deploy_action", "value": "CREATE"}]""", true)]
    [InlineData("null", """[{"name": "foo"}, {"name": "deploy_action", "value": "CREATE"}]""", true)]
    [InlineData("null", """[{"name": "deploy_action", "value": "UPDATE"}]""", false)]
    [InlineData("""{"deploy_action": "UPDATE"}""", """[{"name": "deploy_action", "value": "CREATE"}]""", false)]
    public async Task The_action_is_the_one_that_the_agent_gets(string values, string inputs, bool isRun)
    {
        var id = await NewAsync($$"""{"group": "component", "config": {{Component}}, "inputs": {{inputs}} }""", "\"RESUME\"", values);

        Assert.Equal(isRun ? ["never_fetched"] : ["never_fetched", "no_config_for_action"], (await _project.PartsAsync(id)).Select(WaitingParts.Code));
    }

    private async Task<string> NewAsync(string config, string action = "\"CREATE\"", string values = "null")
    {
        var created = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{await _project.ConfigAsync(config)}}", "server_id": "a-server", "action": {{action}}, "input_values": {{values}} }""");
        return created.Json["software_deployment"]!["id"]!.GetValue<string>();
    }
}
