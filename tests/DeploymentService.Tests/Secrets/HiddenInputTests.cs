using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Secrets;

/// <summary>Who may only read gets no secret; everybody else gets what was sent.</summary>
public sealed class HiddenInputTests
{
    private const string Mask = "••••";
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_reader_gets_no_secret_of_a_deployment_and_a_member_gets_what_was_sent()
    {
        const string values = """{"foo": 1.0, "db_password": "hunter2", "pass\u0077ord": {"a": ["hunter2"]}, "declared": "hunter2", "none_token": null, "foo2": "x"}""";
        var masked = values.Replace("\"hunter2\", \"pass", $"\"{Mask}\", \"pass", StringComparison.Ordinal)
            .Replace("""{"a": ["hunter2"]}""", $"\"{Mask}\"", StringComparison.Ordinal).Replace("\"declared\": \"hunter2\"", $"\"declared\": \"{Mask}\"", StringComparison.Ordinal);
        var id = await DeploymentAsync(values);
        var reader = await _project.TokenAsync("reader");

        foreach (var path in new[]
        {
            $"software_deployments/{id}", $"software_deployments/{id}?detail=true", $"software_deployments/{id}?wait=0", "software_deployments",
            "software_deployments?server_id=a-server", "software_deployments?limit=1", "software_deployments?status=IN_PROGRESS&detail=true", "software_deployments?q=a-server&wait=0",
        })
        {
            var forMember = await _project.SendAsync("GET", path);
            var forReader = await _project.SendAsync("GET", path, token: reader);

            Assert.Contains(values, forMember.Text, StringComparison.Ordinal);
            Assert.Contains(masked, forReader.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", forReader.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_names_of_hidden_inputs_are_told_to_everybody()
    {
        var id = await DeploymentAsync("""{"foo": 1, "db_password": "hunter2", "declared": "hunter2"}""");

        var answer = await _project.SendAsync("GET", $"software_deployments/{id}?detail=true");

        Assert.Equal(["db_password", "declared"], answer.Json["software_deployment"]!["hidden_inputs"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task A_reader_gets_no_default_and_no_value_of_a_hidden_input_of_a_config()
    {
        const string inputs = """
            [{"name": "declared", "hidden": true, "default": "hunter2"}, {"name": "api_key", "value": "hunter2", "default": null}, {"name": "foo", "default": "open"}]
            """;
        var config = await ConfigAsync(inputs);
        await _project.DeploymentAsync(configId: config);
        var reader = await _project.TokenAsync("reader");

        foreach (var (path, list) in new[] { ($"software_configs/{config}", "software_config"), ("software_deployments/metadata/a-server", "metadata") })
        {
            var forMember = await _project.SendAsync("GET", path);
            var forReader = await _project.SendAsync("GET", path, token: reader);
            var shown = forReader.Json[list] is JsonArray configs ? configs[0]! : forReader.Json[list]!;

            Assert.Contains("hunter2", forMember.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", forReader.Text, StringComparison.Ordinal);
            Assert.Equal(Mask, shown["inputs"]![0]!["default"]!.GetValue<string>());
            Assert.Equal(Mask, shown["inputs"]![1]!["value"]!.GetValue<string>());
            Assert.Equal("open", shown["inputs"]![2]!["default"]!.GetValue<string>());
        }

        Assert.Contains(inputs.Trim(), (await _project.SendAsync("GET", $"software_configs/{config}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_gets_the_secret_that_it_needs()
    {
        var id = await DeploymentAsync("""{"db_password": "hunter2"}""");
        var agent = await _project.TokenAsync("agent", "a-server");

        Assert.Contains("hunter2", (await _project.SendAsync("GET", $"software_deployments/{id}", token: agent)).Text, StringComparison.Ordinal);
    }

    private Task<string> ConfigAsync(string inputs) =>
        _project.ConfigAsync($$"""{"name": "a-config", "group": "script", "config": "x", "inputs": {{inputs}}}""");

    private async Task<string> DeploymentAsync(string values)
    {
        var config = await ConfigAsync("""[{"name": "declared", "hidden": true}, {"name": "foo"}]""");
        var answer = await _project.SendAsync(
            "POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server", "input_values": {{values}}}""");
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }
}
