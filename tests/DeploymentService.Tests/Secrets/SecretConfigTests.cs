using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Secrets;

/// <summary>What a reader gets of configs: also of those that the stock command line derives from others, with the values of a deployment in them.</summary>
public sealed class SecretConfigTests
{
    private const string Mask = "••••";
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("inputs", """[{"name": "deploy_signal_id", "type": "String", "value": "https://h/v1/AUTH_a/c/o?temp_url_sig=S3&temp_url_expires=9"}]""", """[{"name": "deploy_signal_id", "type": "String", "value": "•"}]""")]
    [InlineData("inputs", """[{"name": "where", "value": "https://u:S3@h/o?sig=S3"}, {"value": "S3", "name": "db_pass", "default": "S3"}]""", """[{"name": "where", "value": "https://u:•@h/o?sig=•"}, {"value": "•", "name": "db_pass", "default": "•"}]""")]
    [InlineData("inputs", """[{"name": "conf", "type": "Json", "default": {"db": {"pwd": "S3", "port": 1.0}}, "value": "{\"token\": \"S3\"}"}]""", """[{"name": "conf", "type": "Json", "default": {"db": {"pwd": "•", "port": 1.0}}, "value": "{\"token\": \"•\"}"}]""")]
    [InlineData("inputs", """[{"name": "x", "hidden": "true", "default": "S3", "value": null}]""", """[{"name": "x", "hidden": "true", "default": "•", "value": null}]""")]
    [InlineData("options", """{"registry": {"auth": "S3", "url": "http://h"}, "n": [1.0]}""", """{"registry": {"auth": "•", "url": "http://h"}, "n": [1.0]}""")]
    [InlineData("config", """{"mysql": {"root_password": "S3", "port": 3306.0}, "env": ["PGPASSWORD=S3"]}""", """{"mysql": {"root_password": "•", "port": 3306.0}, "env": ["PGPASSWORD=•"]}""")]
    [InlineData("config", "\"{\\\"mysql\\\": {\\\"root_password\\\": \\\"S3\\\"}, \\\"n\\\": 1}\"", "\"{\\\"mysql\\\": {\\\"root_password\\\": \\\"•\\\"}, \\\"n\\\": 1}\"")]
    // A script is shown as it is.
    [InlineData("config", "\"#!/bin/sh\\nPASSWORD=S3 curl https://u:S3@h\"", "\"#!/bin/sh\\nPASSWORD=S3 curl https://u:S3@h\"")]
    [InlineData("config", "null", "null")]
    public async Task A_reader_gets_no_secret_of_a_config(string field, string sent, string shown)
    {
        shown = shown.Replace("•", Mask, StringComparison.Ordinal);
        var config = await _project.ConfigAsync($$"""{"name": "c", "group": "json-file", "{{field}}": {{sent}}}""");
        await _project.DeploymentAsync("a-server", config);
        var reader = await _project.TokenAsync("reader");

        var forMember = await _project.SendAsync("GET", $"software_configs/{config}");
        var forReader = await _project.SendAsync("GET", $"software_configs/{config}", token: reader);
        var metadata = await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: reader);

        Assert.Contains($"\"{field}\":{sent}", forMember.Text, StringComparison.Ordinal);
        Assert.Contains($"\"{field}\":{shown}", forReader.Text, StringComparison.Ordinal);
        Assert.Equal(shown.Contains("S3", StringComparison.Ordinal), metadata.Text.Contains("S3", StringComparison.Ordinal));
        Assert.True(JsonNode.DeepEquals(forReader.Json["software_config"]!["config"], metadata.Json["metadata"]![0]!["config"]));
    }

    [Fact]
    public async Task Agents_get_what_they_need()
    {
        var config = await _project.ConfigAsync("""{"name": "c", "group": "json-file", "config": {"password": "S3"}, "inputs": [{"name": "token", "default": "S3"}]}""");
        await _project.DeploymentAsync("a-server", config);

        var answer = await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: await _project.TokenAsync("agent", "a-server"));

        Assert.DoesNotContain(Mask, answer.Text, StringComparison.Ordinal);
        Assert.Equal("S3", answer.Json["metadata"]![0]!["config"]!["password"]!.GetValue<string>());
    }
}
