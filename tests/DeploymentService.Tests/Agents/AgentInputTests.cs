using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>The inputs of an entry: where a value comes from, its form, and what the service adds.</summary>
public sealed class AgentInputTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": \"s\"}", "\"s\"")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": \"\"}", "\"\"")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": null}", "null")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": false}", "false")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": 0}", "0")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": []}", "[]")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "{\"a\": 1, \"a\": 2}", "2")]
    [InlineData("{\"name\": \"a\", \"value\": \"v\", \"default\": \"d\"}", "null", "\"v\"")]
    [InlineData("{\"name\": \"a\", \"value\": \"\", \"default\": \"d\"}", "null", "\"\"")]
    [InlineData("{\"name\": \"a\", \"value\": false, \"default\": true, \"type\": \"Boolean\"}", "null", "false")]
    [InlineData("{\"name\": \"a\", \"value\": 0, \"default\": 7, \"type\": \"Number\"}", "null", "0")]
    [InlineData("{\"name\": \"a\", \"value\": null, \"default\": \"d\"}", "null", "\"d\"")]
    [InlineData("{\"name\": \"a\", \"value\": null}", "null", "\"\"")]
    [InlineData("{\"name\": \"a\", \"default\": null}", "null", "\"\"")]
    [InlineData("{\"name\": \"a\"}", "null", "\"\"")]
    public async Task A_value_is_the_supplied_one_or_the_declared_or_the_default_or_empty(string declaration, string supplied, string expected) =>
        Assert.Equal(expected, Value(await EntryAsync($"[{declaration}]", supplied), "a"));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("-0.0")]
    [InlineData("12345678901234567890123")]
    [InlineData("1e9999999999")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"3\"")]
    [InlineData("\"false\"")]
    [InlineData("\"a, b\"")]
    [InlineData("\"{}\"")]
    [InlineData("{\"b\":null,\"c\":1.0}")]
    [InlineData("[1,true,null,\"x\"]")]
    public async Task A_value_keeps_its_json_type_whatever_the_type_of_the_input(string supplied)
    {
        string[] types = ["String", "Number", "Boolean", "Json", "CommaDelimitedList"];
        var declared = string.Join(',', types.Select(type => $$"""{"name": "{{type}}", "type": "{{type}}"}"""));
        var values = string.Join(',', types.Append("undeclared").Select(name => $"\"{name}\": {supplied}"));

        var entry = await EntryAsync($"[{declared}]", $"{{{values}}}");

        foreach (var name in types.Append("undeclared"))
        {
            Assert.Equal(supplied, Value(entry, name));
            Assert.Equal(name == "undeclared" ? "String" : name, Named(entry, name)["type"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("String", "\"3\"", "\"3\"")]
    [InlineData("String", "5", "\"5\"")]
    [InlineData("String", "1.0", "\"1.0\"")]
    [InlineData("String", "true", "\"True\"")]
    [InlineData("Number", "\"3\"", "3")]
    [InlineData("Number", "3", "3")]
    [InlineData("Number", "0", "0")]
    [InlineData("Number", "\"0\"", "0")]
    [InlineData("Number", "1e3", "1e3")]
    [InlineData("Number", "\"1e3\"", "1e3")]
    [InlineData("Number", "\"1.50\"", "1.50")]
    [InlineData("Number", "\"-2\"", "-2")]
    [InlineData("Number", "\" +3 \"", "3")]
    [InlineData("Number", "\"007\"", "7")]
    [InlineData("Number", "\"00\"", "0")]
    [InlineData("Number", "\"-.5\"", "-0.5")]
    [InlineData("Number", "\"5.\"", "5.0")]
    [InlineData("Number", "\"12345678901234567890123\"", "12345678901234567890123")]
    [InlineData("Number", "\"1E+2\"", "1E+2")]
    [InlineData("Boolean", "\"true\"", "true")]
    [InlineData("Boolean", "\"False\"", "false")]
    [InlineData("Boolean", "false", "false")]
    [InlineData("CommaDelimitedList", "\"a,b\"", "[\"a\",\"b\"]")]
    [InlineData("CommaDelimitedList", "\"a, \\\"é\\\"\"", "[\"a\",\" \\\"é\\\"\"]")]
    [InlineData("CommaDelimitedList", "\"a\"", "[\"a\"]")]
    [InlineData("CommaDelimitedList", "[\"a,b\",1]", "[\"a,b\",1]")]
    [InlineData("CommaDelimitedList", "[]", "[]")]
    [InlineData("Json", "\"{\\\"a\\\":1.0}\"", "{\"a\":1.0}")]
    [InlineData("Json", "\"[1,null]\"", "[1,null]")]
    [InlineData("Json", "{\"a\":false}", "{\"a\":false}")]
    [InlineData("Json", "{}", "{}")]
    [InlineData("Number", "\"\"", "\"\"")]
    [InlineData("Boolean", "\"\"", "\"\"")]
    [InlineData("Json", "\"\"", "\"\"")]
    [InlineData("CommaDelimitedList", "\"\"", "\"\"")]
    [InlineData("Json", "null", "\"\"")]
    public async Task A_default_is_read_by_its_type_and_comes_as_it_was_declared_too(string type, string declared, string expected)
    {
        // The stock command line copies a default as it was declared into the value.
        foreach (var value in new[] { "", $$""", "value": {{declared}}""" })
        {
            if (value.Length > 0 && type == "String" && declared[0] != '"')
            {
                continue;
            }

            var entry = await EntryAsync($$"""[{"name": "a", "type": "{{type}}", "default": {{declared}}{{value}}}]""", "null");

            Assert.Equal(expected, Value(entry, "a"));
            Assert.Equal(declared, Raw(Named(entry, "a")["default"]));
        }
    }

    [Fact]
    public async Task A_value_that_differs_from_the_default_is_no_copy()
    {
        var entry = await EntryAsync("""[{"name": "a", "type": "Boolean", "default": "false", "value": "true"}]""", "null");

        Assert.Equal("\"true\"", Value(entry, "a"));
    }

    [Fact]
    public async Task A_declared_input_keeps_its_members()
    {
        var entry = await EntryAsync("""[{"name": "a", "type": null, "description": "what", "default": 5, "hidden": true, "replace_on_change": false}]""", "null");

        Assert.Equal(
            """{"name":"a","description":"what","default":5,"hidden":true,"replace_on_change":false,"type":"String","value":"5"}""",
            Raw(Named(entry, "a")));
    }

    [Fact]
    public async Task An_undeclared_value_becomes_an_input_of_type_string()
    {
        var input = Named(await EntryAsync("[]", """{"extra": "é"}"""), "extra");

        Assert.Equal("""{"name":"extra","type":"String","value":"é"}""", Raw(input));
    }

    [Fact]
    public async Task Of_an_input_that_is_declared_twice_the_last_counts_as_in_the_hooks()
    {
        var entry = await EntryAsync("""[{"name": "a", "default": "first"}, {"name": "b"}, {"name": "a", "default": "last"}]""", """{"b": 1}""");

        Assert.Equal(["a", "b", "a"], entry["inputs"]!.AsArray().Take(3).Select(input => input!["name"]!.GetValue<string>()));
        Assert.Equal("last", entry["inputs"]!.AsArray().Last(input => input!["name"]!.GetValue<string>() == "a")!["value"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("script", "{}")]
    [InlineData("script!", "{}")]
    [InlineData(" script", "{}")]
    [InlineData("puppet", "{}")]
    [InlineData("puppet", "null")]
    [InlineData("puppet", "[]")]
    [InlineData("puppet", "{\"enable_hiera\": false}")]
    [InlineData("puppet", "{\"enable_hiera\": null}")]
    [InlineData("puppet", "{\"enable_hiera\": \"\"}")]
    [InlineData("puppet", "{\"enable_hiera\": 0}")]
    [InlineData("component", "{}")]
    public async Task A_hook_that_puts_inputs_into_the_environment_gets_scalars_as_text(string group, string options)
    {
        var entry = await TypedEntryAsync(group, options);

        Assert.Equal(
            ["\"3\"", "\"1e3\"", "\"12345678901234567890\"", "\"7\"", "\"True\"", "\"False\"", "\"True\"", "\"\"", "\"\"", "\"x\"", "[\"a\",\"b\"]", "{\"a\":1}", "\"2.0\""],
            TypedNames.Select(name => Value(entry, name)));
    }

    [Theory]
    [InlineData("ansible", "{}")]
    [InlineData("puppet", "{\"enable_hiera\": true}")]
    [InlineData("puppet", "{\"enable_hiera\": \"false\"}")]
    [InlineData("json-file", "{\"enable_hiera\": false}")]
    [InlineData("docker-compose", "{}")]
    [InlineData("Script", "{}")]
    public async Task Any_other_hook_gets_them_with_their_types(string group, string options)
    {
        var entry = await TypedEntryAsync(group, options);

        Assert.Equal(
            ["3", "1e3", "12345678901234567890", "7", "true", "false", "true", "null", "\"\"", "\"x\"", "[\"a\",\"b\"]", "{\"a\":1}", "2.0"],
            TypedNames.Select(name => Value(entry, name)));
    }

    [Theory]
    [InlineData("{\"actions\": [\"CREATE\"], \"tool\": \"script\"}", "{}", true)]
    [InlineData("{\"actions\": [\"UPDATE\"], \"tool\": \"ansible\"}, {\"actions\": [\"DELETE\", \"CREATE\"], \"tool\": \"script\"}", "{}", true)]
    [InlineData("{\"actions\": [\"CREATE\"], \"tool\": \"ansible\"}, {\"actions\": [\"CREATE\"], \"tool\": \"script\"}", "{}", false)]
    [InlineData("{\"actions\": [\"CREATE\"], \"tool\": \"ansible\"}, {\"actions\": [\"MINE\"], \"tool\": \"script\"}", "{\"deploy_action\": \"MINE\"}", true)]
    [InlineData("{\"actions\": [\"UPDATE\"], \"tool\": \"script\"}", "{}", false)]
    [InlineData("{\"actions\": [\"CREATE\"], \"tool\": \"script \"}", "{}", true)]
    [InlineData("{\"actions\": \"CREATE\", \"tool\": \"script\"}", "{}", true)]
    [InlineData("{\"actions\": \"CREATE UPDATE\", \"tool\": \"script\"}", "{}", true)]
    [InlineData("{\"actions\": {\"CREATE\": null}, \"tool\": \"script\"}", "{}", true)]
    [InlineData("{\"actions\": \"UPDATE\", \"tool\": \"script\"}", "{}", false)]
    [InlineData("{\"actions\": \"CREATE\", \"tool\": 1}, 5, {\"actions\": [1, null, \"CREATE\"], \"tool\": 7}", "{}", false)]
    public async Task A_component_is_run_by_the_hook_of_its_action(string configs, string values, bool asText)
    {
        var entry = await EntryAsync("""[{"name": "n", "type": "Number", "default": 3}]""", values, "component", config: $$"""{"configs": [{{configs}}]}""");

        Assert.Equal(asText ? "\"3\"" : "3", Value(entry, "n"));
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
    [InlineData("[{\"name\": \"deploy_action\", \"default\": \"mine\"}]", "null", "mine")]
    [InlineData("[{\"name\": \"deploy_action\", \"default\": \"mine\"}]", "{\"deploy_action\": \"yours\"}", "yours")]
    [InlineData("[]", "{\"deploy_action\": \"mine\"}", "mine")]
    [InlineData("[]", "{\"deploy_action\": 0}", "0")]
    [InlineData("[]", "{\"deploy_action\": null}", "CREATE")]
    [InlineData("[{\"name\": \"deploy_action\", \"value\": \"\"}]", "null", "CREATE")]
    [InlineData("[{\"name\": \"deploy_action\"}]", "{\"deploy_action\": \"\"}", "CREATE")]
    public async Task A_value_that_the_author_gave_an_added_input_stays(string declared, string supplied, string expected) =>
        Assert.Equal(expected, Agent.Input(await EntryAsync(declared, supplied), "deploy_action"));

    [Fact]
    public async Task Every_added_input_can_be_the_authors_own_by_value_by_default_and_by_the_deployment()
    {
        string[] names =
            ["deploy_server_id", "deploy_action", "deploy_stack_id", "deploy_resource_name", "deploy_signal_transport", "deploy_signal_id", "deploy_signal_verb"];
        foreach (var name in names)
        {
            foreach (var (declared, supplied) in new[]
            {
                ($$"""[{"name": "{{name}}", "value": "mine"}]""", "null"),
                ($$"""[{"name": "{{name}}", "default": "mine"}]""", "null"),
                ("[]", $$"""{"{{name}}": "mine"}"""),
            })
            {
                var entry = await EntryAsync(declared, supplied);

                Assert.Equal("mine", Agent.Input(entry, name));
                Assert.Equal(names.Order(), entry["inputs"]!.AsArray().Select(input => input!["name"]!.GetValue<string>()).Order());
            }
        }
    }

    [Theory]
    [InlineData("[{\"name\": \"deploy_signal_transport\", \"value\": \"NO_SIGNAL\"}]", "null")]
    [InlineData("[{\"name\": \"deploy_signal_transport\", \"default\": \"NO_SIGNAL\"}]", "null")]
    [InlineData("[{\"name\": \"deploy_signal_transport\"}]", "{\"deploy_signal_transport\": \"NO_SIGNAL\"}")]
    [InlineData("[]", "{\"deploy_signal_transport\": \"NO_SIGNAL\"}")]
    [InlineData("[{\"name\": \"deploy_signal_transport\", \"value\": \"\"}, {\"name\": \"deploy_signal_id\", \"value\": \"\"}]", "null")]
    [InlineData("[]", "{\"deploy_signal_transport\": \"TEMP_URL_SIGNAL\"}")]
    public async Task The_service_takes_the_report_where_nobody_else_would(string declared, string supplied)
    {
        var entry = await EntryAsync(declared, supplied);

        Assert.Equal("TEMP_URL_SIGNAL", Agent.Input(entry, "deploy_signal_transport"));
        Assert.Contains("/signal/", Agent.SignalUrl(entry), StringComparison.Ordinal);
        Assert.Equal("PUT", Agent.Input(entry, "deploy_signal_verb"));
    }

    [Theory]
    [InlineData("CFN_SIGNAL", "http://elsewhere", null, null)]
    [InlineData("CFN_SIGNAL", "http://elsewhere", "POST", "POST")]
    [InlineData("TEMP_URL_SIGNAL", "http://elsewhere", null, "PUT")]
    [InlineData("TEMP_URL_SIGNAL", "http://elsewhere", "POST", "POST")]
    [InlineData("HEAT_SIGNAL", null, null, "PUT")]
    [InlineData(null, "http://elsewhere", null, "PUT")]
    [InlineData("NO_SIGNAL", "http://elsewhere", "POST", "POST")]
    [InlineData(null, null, "POST", "POST")]
    public async Task An_author_s_own_way_to_report_is_kept(string? transport, string? id, string? verb, string? expectedVerb)
    {
        var given = new JsonObject();
        foreach (var (name, value) in new[] { ("transport", transport), ("id", id), ("verb", verb) })
        {
            if (value is not null)
            {
                given["deploy_signal_" + name] = value;
            }
        }

        var entry = await EntryAsync("[]", given.ToJsonString());

        Assert.Equal(transport is null or "NO_SIGNAL" ? "TEMP_URL_SIGNAL" : transport, Agent.Input(entry, "deploy_signal_transport"));
        Assert.Equal(expectedVerb, Agent.Input(entry, "deploy_signal_verb"));
        if (id is null)
        {
            Assert.Contains("/signal/", Agent.SignalUrl(entry), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(id, Agent.SignalUrl(entry));
        }
    }

    [Fact]
    public async Task The_metadata_of_a_server_stays_as_it_is_in_heat()
    {
        var entry = await EntryAsync("""[{"name": "a", "type": "Number", "default": "3"}]""", """{"a": null}""", config: """{"a": 1}""");

        var config = (await _project.SendAsync("GET", $"software_deployments/metadata/{Agent.Input(entry, "deploy_server_id")}")).Json["metadata"]![0]!;

        Assert.Equal("""[{"name":"a","type":"Number","default":"3"}]""", Raw(config["inputs"]));
        Assert.Equal("""{"a":1}""", Raw(config["config"]));
    }

    private static readonly string[] TypedNames = ["n", "e", "big", "nd", "t", "f", "td", "null", "nothing", "text", "list", "object", "extra"];

    private Task<JsonNode> TypedEntryAsync(string group, string options) => EntryAsync(
        """
        [{"name": "n", "type": "Number"}, {"name": "e", "type": "Number"}, {"name": "big", "type": "Number"}, {"name": "nd", "type": "Number", "default": "7"},
         {"name": "t", "type": "Boolean"}, {"name": "f", "type": "Boolean"}, {"name": "td", "type": "Boolean", "default": "true"},
         {"name": "null", "default": "d"}, {"name": "nothing", "type": "Json"}, {"name": "text"},
         {"name": "list", "type": "CommaDelimitedList", "default": "a,b"}, {"name": "object", "type": "Json"}]
        """,
        """{"n": 3, "e": 1e3, "big": 12345678901234567890, "t": true, "f": false, "null": null, "text": "x", "object": {"a":1}, "extra": 2.0}""",
        group, options, """{"configs": [{"actions": ["CREATE"], "tool": "script", "config": ""}]}""");

    private static JsonNode Named(JsonNode entry, string name) => entry["inputs"]!.AsArray().Single(input => input!["name"]!.GetValue<string>() == name)!;

    /// <summary>The value of an input as it stands in the document.</summary>
    private static string Value(JsonNode entry, string name) => Raw(Named(entry, name)["value"]);

    private static string Raw(JsonNode? value) => value?.ToJsonString(Relaxed) ?? "null";

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private async Task<JsonNode> EntryAsync(
        string inputs, string inputValues, string group = "ansible", string options = "{}", string config = "\"\"")
    {
        var server = $"server-{Guid.NewGuid():N}";
        var id = await _project.ConfigAsync($$"""{"name": "a-config", "group": "{{group}}", "config": {{config}}, "inputs": {{inputs}}, "options": {{options}}}""");
        var body = $$"""{"config_id": "{{id}}", "server_id": "{{server}}", "action": "CREATE", "input_values": {{inputValues}}}""";
        Assert.Equal(200, (await _project.SendAsync("POST", "software_deployments", body)).Status);
        return await (await Agent.OfAsync(_project, server)).EntryAsync();
    }
}
