using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>The inputs of an entry: where a value comes from, its form, and what the service adds.</summary>
public sealed class AgentInputTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": \"s\"}", "s")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": \"\"}", "")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": null}", "v")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "null", "v")]
    [InlineData("{\"name\": \"a\", \"value\": null, \"default\": \"d\"}", "null", "d")]
    [InlineData("{\"name\": \"a\", \"default\": null}", "null", "")]
    [InlineData("{\"name\": \"a\"}", "null", "")]
    public async Task A_value_is_the_supplied_one_or_the_declared_or_the_default_or_empty(string declaration, string supplied, string expected) =>
        Assert.Equal(expected, Agent.Input(await EntryAsync($"[{declaration}]", supplied), "a"));

    [Theory]
    [InlineData("String", "1.0", "\"1.0\"")]
    [InlineData("String", "12345678901234567890", "\"12345678901234567890\"")]
    [InlineData("String", "true", "\"true\"")]
    [InlineData("String", "{\"b\": 1}", "\"{\\\"b\\\": 1}\"")]
    [InlineData("String", "[1, 2]", "\"[1, 2]\"")]
    [InlineData("Number", "5", "\"5\"")]
    [InlineData("Number", "\"5\"", "\"5\"")]
    [InlineData("Boolean", "false", "\"false\"")]
    [InlineData("Json", "{\"b\": null, \"c\": 1.0}", "{\"b\":null,\"c\":1.0}")]
    [InlineData("Json", "[1]", "[1]")]
    [InlineData("Json", "5", "\"5\"")]
    [InlineData("Json", "true", "\"true\"")]
    [InlineData("Json", "\"{}\"", "\"{}\"")]
    [InlineData("CommaDelimitedList", "[\"a\", \"b\"]", "[\"a\",\"b\"]")]
    [InlineData("CommaDelimitedList", "\"a,b\"", "\"a,b\"")]
    [InlineData("CommaDelimitedList", "5", "\"5\"")]
    public async Task A_value_has_the_form_of_its_type(string type, string supplied, string expected)
    {
        var entry = await EntryAsync($$"""[{"name": "a", "type": "{{type}}"}]""", $$"""{"a": {{supplied}}}""");

        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), Named(entry, "a")["value"]!.ToJsonString());
        Assert.Equal(type, Named(entry, "a")["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("7.0", "7.0")]
    [InlineData("true", "true")]
    [InlineData("{\"b\": 1}", "{\"b\": 1}")]
    [InlineData("null", "")]
    [InlineData("\"é\"", "é")]
    public async Task An_undeclared_value_becomes_an_input_of_type_string(string supplied, string expected)
    {
        var input = Named(await EntryAsync("[]", $$"""{"extra": {{supplied}}}"""), "extra");

        Assert.Equal(["name", "type", "value"], input.AsObject().Select(member => member.Key));
        Assert.Equal("String", input["type"]!.GetValue<string>());
        Assert.Equal(expected, input["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_declared_input_keeps_its_members()
    {
        var entry = await EntryAsync("""[{"name": "a", "type": null, "description": "what", "default": 5, "hidden": true, "replace_on_change": false}]""", "null");

        Assert.Equal(
            """{"name":"a","description":"what","default":5,"hidden":true,"replace_on_change":false,"type":"String","value":"5"}""",
            Named(entry, "a").ToJsonString());
    }

    [Fact]
    public async Task The_service_adds_what_the_hook_and_the_notifier_need()
    {
        var config = await _project.ConfigAsync("""{"name": "a-config", "group": "script"}""");
        var deployment = await _project.DeploymentAsync("a-server", config);
        var agent = await Agent.OfAsync(_project);
        var entry = await agent.EntryAsync();

        Assert.Equal("a-server", Agent.Input(entry, "deploy_server_id"));
        Assert.Equal("CREATE", Agent.Input(entry, "deploy_action"));
        Assert.Equal(deployment, Agent.Input(entry, "deploy_stack_id"));
        Assert.Equal("a-config", Agent.Input(entry, "deploy_resource_name"));
        Assert.Equal("TEMP_URL_SIGNAL", Agent.Input(entry, "deploy_signal_transport"));
        Assert.Equal("PUT", Agent.Input(entry, "deploy_signal_verb"));
        Assert.StartsWith($"{new Uri(agent.Url).GetLeftPart(UriPartial.Authority)}/signal/{_project.Id}/{deployment}/1/", Agent.SignalUrl(entry), StringComparison.Ordinal);
        Assert.All(entry["inputs"]!.AsArray(), input => Assert.Equal(["name", "type", "value", "description"], input!.AsObject().Select(member => member.Key)));
        Assert.All(entry["inputs"]!.AsArray(), input => Assert.Equal("String", input!["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_the_service_does_not_know_is_added_empty()
    {
        var config = await _project.ConfigAsync("""{"group": "script"}""");
        await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server"}""");

        var entry = await (await Agent.OfAsync(_project)).EntryAsync();

        Assert.Equal("", entry["name"]!.GetValue<string>());
        Assert.Equal("", Agent.Input(entry, "deploy_resource_name"));
        Assert.Equal("", Agent.Input(entry, "deploy_action"));
    }

    [Theory]
    [InlineData("[{\"name\": \"deploy_action\", \"value\": \"mine\"}]", "null", "mine")]
    [InlineData("[]", "{\"deploy_action\": \"mine\"}", "mine")]
    [InlineData("[{\"name\": \"deploy_action\", \"value\": \"\"}]", "null", "CREATE")]
    [InlineData("[{\"name\": \"deploy_action\"}]", "{\"deploy_action\": \"\"}", "CREATE")]
    [InlineData("[{\"name\": \"deploy_action\", \"default\": \"unused\"}]", "null", "CREATE")]
    public async Task A_value_that_the_author_gave_an_added_input_stays(string declared, string supplied, string expected) =>
        Assert.Equal(expected, Agent.Input(await EntryAsync(declared, supplied), "deploy_action"));

    [Theory]
    [InlineData("NO_SIGNAL", "")]
    [InlineData("NO_SIGNAL", "http://elsewhere")]
    [InlineData("", "http://elsewhere")]
    [InlineData("TEMP_URL_SIGNAL", "")]
    public async Task The_service_takes_the_report_where_nobody_else_would(string transport, string id)
    {
        var entry = await EntryAsync(
            $$"""[{"name": "deploy_signal_transport", "value": "{{transport}}"}, {"name": "deploy_signal_id", "value": "{{id}}"}, {"name": "deploy_signal_verb", "value": "POST"}]""", "null");

        Assert.Equal("TEMP_URL_SIGNAL", Agent.Input(entry, "deploy_signal_transport"));
        Assert.Contains("/signal/", Agent.SignalUrl(entry), StringComparison.Ordinal);
        Assert.Equal("PUT", Agent.Input(entry, "deploy_signal_verb"));
    }

    [Theory]
    [InlineData("CFN_SIGNAL", "http://elsewhere")]
    [InlineData("TEMP_URL_SIGNAL", "http://elsewhere")]
    [InlineData("HEAT_SIGNAL", "")]
    [InlineData("ZAQAR_SIGNAL", "")]
    public async Task The_service_leaves_the_report_to_another_transport_of_the_author(string transport, string id)
    {
        var entry = await EntryAsync(
            $$"""[{"name": "deploy_signal_transport", "value": "{{transport}}"}, {"name": "deploy_signal_verb", "value": "POST"}]""",
            $$"""{"deploy_signal_id": "{{id}}"}""");

        Assert.Equal(transport, Agent.Input(entry, "deploy_signal_transport"));
        Assert.Equal(id, Agent.SignalUrl(entry));
        Assert.Equal("POST", Agent.Input(entry, "deploy_signal_verb"));
        Assert.Equal("a-server", Agent.Input(entry, "deploy_server_id"));
    }

    private static JsonNode Named(JsonNode entry, string name) => entry["inputs"]!.AsArray().Single(input => input!["name"]!.GetValue<string>() == name)!;

    private async Task<JsonNode> EntryAsync(string inputs, string inputValues)
    {
        var config = await _project.ConfigAsync($$"""{"name": "a-config", "group": "script", "inputs": {{inputs}}}""");
        var body = $$"""{"config_id": "{{config}}", "server_id": "a-server", "action": "CREATE", "input_values": {{inputValues}}}""";
        Assert.Equal(200, (await _project.SendAsync("POST", "software_deployments", body)).Status);
        return await (await Agent.OfAsync(_project)).EntryAsync();
    }
}
