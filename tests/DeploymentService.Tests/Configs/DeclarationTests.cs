using DeploymentService.Configs;
using DeploymentService.Json;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Configs;

/// <summary>Declared inputs and outputs: what may stand there, and what an agent gets of it.</summary>
public sealed class DeclarationTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("Boolean", "true")]
    [InlineData("Boolean", "\"False\"")]
    [InlineData("Number", "\"5\"")]
    [InlineData("Number", "\"\"")]
    [InlineData("CommaDelimitedList", "\"a,b\"")]
    [InlineData("Json", "[1]")]
    [InlineData("Json", "\"{\\\"a\\\": 1.0}\"")]
    [InlineData("Number", "\"1e9999999999\"")]
    [InlineData("Json", "null")]
    public async Task A_default_that_fits_its_type_comes_back_as_sent(string type, string value)
    {
        var declared = $$"""[{"name": "a", "type": "{{type}}", "default": {{value}}}]""";

        var answer = await _project.SendAsync("POST", "software_configs", $$"""{"inputs": {{declared}}}""");

        Assert.Equal(200, answer.Status);
        Assert.Contains(declared, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Boolean", "\"yes\"")]
    [InlineData("Boolean", "1")]
    [InlineData("Number", "\"x\"")]
    [InlineData("Number", "\"NaN\"")]
    [InlineData("Number", "\"-Infinity\"")]
    [InlineData("Number", "\"1 2\"")]
    [InlineData("Number", "\".\"")]
    [InlineData("Number", "\"3\\u0000\"")]
    [InlineData("Number", "true")]
    [InlineData("CommaDelimitedList", "5")]
    [InlineData("Json", "5")]
    [InlineData("Json", "\"5\"")]
    [InlineData("Json", "\"{\"")]
    [InlineData("Json", "\"[NaN]\"")]
    [InlineData("Json", "\"[\\\"\\\\ud83d\\\"]\"")]
    [InlineData("String", "[1]")]
    public async Task A_default_that_does_not_fit_its_type_is_refused(string type, string value)
    {
        var answer = await _project.SendAsync(
            "POST", "software_configs", $$"""{"inputs": [{"name": "a", "type": "{{type}}", "default": {{value}}}]}""");

        Assert.Equal(400, answer.Status);
        Assert.Equal($"inputs[0].default: does not fit the type {type}.", answer.Message);
    }

    [Theory]
    [InlineData("{}", 250_000)]
    [InlineData("5", 250_000)]
    [InlineData("""{"a": 1, "b": 2, "c": 3, "d": 4}""", 1000)]
    public void No_more_faults_are_looked_for_than_are_told(string declaration, int count)
    {
        var list = JsonText.Parse("[" + string.Join(',', Enumerable.Repeat(declaration, count)) + "]");
        var (inputs, outputs) = (0, 0);

        Declarations.CheckInputs(list, (_, _) => inputs++);
        Declarations.CheckOutputs(list, (_, _) => outputs++);

        Assert.Equal((JsonFields.MostFaults + 1, JsonFields.MostFaults + 1), (inputs, outputs));
    }

    [Fact]
    public void Nor_in_one_declaration()
    {
        var faults = 0;

        Declarations.CheckInputs(JsonText.Parse("[{" + string.Join(',', Enumerable.Range(0, 9000).Select(index => $"\"x{index}\": 1")) + "}]"), (_, _) => faults++);

        Assert.Equal(JsonFields.MostFaults + 1, faults);
    }

    [Fact]
    public async Task An_agent_gets_the_types_that_the_client_left_out()
    {
        var config = await _project.ConfigAsync("""
            {"inputs": [{"name": "a", "type": null, "default": 1.0}, {"name": "b", "type": "Number"}], "outputs": [{"name": "r", "error_output": true}, {"name": "s"}]}
            """);
        await _project.DeploymentAsync("a-server", config);

        var metadata = await _project.SendAsync("GET", "software_deployments/metadata/a-server");

        Assert.Contains("""
            "inputs":[{"name":"a","default":1.0,"type":"String"},{"name":"b","type":"Number"}]
            """, metadata.Text, StringComparison.Ordinal);
        Assert.Contains("""
            "outputs":[{"name":"r","error_output":true,"type":"String"},{"name":"s","type":"String","error_output":false}]
            """, metadata.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_else_gets_the_declarations_as_they_were_sent()
    {
        var config = await _project.ConfigAsync("""{"inputs": [{"name": "a"}], "outputs": [{"name": "r"}]}""");

        var show = await _project.SendAsync("GET", $"software_configs/{config}");

        Assert.Contains("""
            "inputs":[{"name": "a"}],"outputs":[{"name": "r"}]
            """, show.Text, StringComparison.Ordinal);
    }
}
