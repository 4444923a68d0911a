using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>What is wrong with a body is said all at once, each field by the name that the client knows, and nothing of the body is stored.</summary>
public sealed class FieldFaultTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task All_faults_of_a_new_deployment_are_reported_at_once()
    {
        var message = (await _project.SendAsync("POST", "software_deployments", """
            {"config_id": 5, "server_id": [], "action": {}, "status": "complete", "status_reason": 1, "input_values": [], "stack_user_project_id": true}
            """)).AssertRefused(400);

        Assert.Equal(
            ["config_id", "server_id", "action", "status_reason", "input_values", "stack_user_project_id", "status"],
            message.TrimEnd('.').Split("; ").Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Equal("""{"software_deployments":[]}""", (await _project.SendAsync("GET", "software_deployments")).Text);
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        var message = (await _project.SendAsync("POST", "software_deployments", "{}")).AssertRefused(400);

        Assert.Contains("config_id: is required", message, StringComparison.Ordinal);
        Assert.Contains("server_id: is required", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("action", "5", "must be a string")]
    [InlineData("action", "false", "must be a string")]
    [InlineData("config_id", "[]", "must be a string")]
    [InlineData("config_id", "\"nope\"", "no software config with id nope is in this project")]
    [InlineData("input_values", "[1]", "must be an object")]
    [InlineData("input_values", "\"{}\"", "must be an object")]
    [InlineData("output_values", "1.0", "must be an object")]
    [InlineData("output_values", "false", "must be an object")]
    [InlineData("status", "\"complete\"", "must be COMPLETE, IN_PROGRESS or FAILED, in upper case")]
    [InlineData("status", "\"COMPLETE \"", "must be COMPLETE, IN_PROGRESS or FAILED, in upper case")]
    [InlineData("status", "\" \"", "must be COMPLETE, IN_PROGRESS or FAILED, in upper case")]
    [InlineData("status", "0", "must be a string")]
    [InlineData("status_reason", "{}", "must be a string")]
    public async Task An_update_with_one_wrong_field_changes_nothing(string field, string value, string fault)
    {
        var id = await _project.DeploymentAsync();
        var before = await _project.SendAsync("GET", $"software_deployments/{id}");

        // Of two members with one name the last counts, so a wrong one takes the place of a good one.
        var put = await _project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"status_reason": "new", "output_values": {"new": 1}, "{{field}}": {{value}} }""");

        Assert.Equal($"{field}: {fault}.", put.AssertRefused(400));
        Assert.Equal(before.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);
    }

    [Fact]
    public async Task All_faults_of_a_config_are_reported_at_once()
    {
        var message = (await _project.SendAsync("POST", "software_configs", """
            {"name": 1, "group": [], "inputs": [{"type": "Text"}, 5, {"name": "a", "color": "red", "hidden": "perhaps"}], "outputs": [{"name": ""}]}
            """)).AssertRefused(400);

        foreach (var place in new[] { "name: must", "group: must", "inputs[0].name: is", "inputs[0].type: must", "inputs[1]: must", "inputs[2].color: is", "inputs[2].hidden: must", "outputs[0].name: must" })
        {
            Assert.Contains(place, message, StringComparison.Ordinal);
        }

        Assert.Equal("""{"software_configs":[]}""", (await _project.SendAsync("GET", "software_configs")).Text);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("😀")]
    public async Task Lengths_are_counted_in_characters(string character)
    {
        var config = await _project.ConfigAsync();
        string Repeated(int count) => string.Concat(Enumerable.Repeat(character, count));
        string Deployment(int server, int action, int stackUser) =>
            $$"""{"config_id": "{{config}}", "server_id": "{{Repeated(server)}}", "action": "{{Repeated(action)}}", "stack_user_project_id": "{{Repeated(stackUser)}}"}""";

        var longest = await _project.SendAsync("POST", "software_deployments", Deployment(255, 255, 64));
        var tooLong = await _project.SendAsync("POST", "software_deployments", Deployment(256, 256, 65));
        var longestConfig = await _project.SendAsync("POST", "software_configs", $$"""{"name": "{{Repeated(255)}}", "group": "{{Repeated(255)}}"}""");
        var tooLongConfig = await _project.SendAsync("POST", "software_configs", $$"""{"name": "{{Repeated(256)}}", "group": "{{Repeated(256)}}"}""");

        Assert.Equal(Repeated(255), longest.String("software_deployment", "server_id"));
        Assert.Equal(Repeated(255), longestConfig.String("software_config", "name"));
        Assert.Equal(
            "server_id: must have at most 255 characters; action: must have at most 255 characters; stack_user_project_id: must have at most 64 characters.",
            tooLong.AssertRefused(400));
        Assert.Equal("name: must have at most 255 characters; group: must have at most 255 characters.", tooLongConfig.AssertRefused(400));
    }

    [Fact]
    public async Task A_body_with_thousands_of_faults_gets_an_answer_of_a_reasonable_size()
    {
        var body = "{\"inputs\": [" + string.Join(',', Enumerable.Repeat("{}", 100_000)) + "]}";

        var message = (await _project.SendAsync("POST", "software_configs", body)).AssertRefused(400);

        Assert.StartsWith("inputs[0].name: is required; inputs[1].name: is required", message, StringComparison.Ordinal);
        Assert.EndsWith("inputs[49].name: is required; and more.", message, StringComparison.Ordinal);
        Assert.True(message.Length < 10_000, $"{message.Length} characters");
    }

    [Fact]
    public async Task Fifty_faults_are_all_named()
    {
        var body = "{\"inputs\": [" + string.Join(',', Enumerable.Repeat("{}", 20)) + "], \"outputs\": [" + string.Join(',', Enumerable.Repeat("{}", 30)) + "]}";

        var message = (await _project.SendAsync("POST", "software_configs", body)).AssertRefused(400);

        Assert.EndsWith("outputs[29].name: is required.", message, StringComparison.Ordinal);
        Assert.Equal(50, message.Split("; ").Length);
    }

    [Fact]
    public async Task An_id_of_a_megabyte_is_not_sent_back_whole()
    {
        var message = (await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{new string('x', 1_000_000)}}", "server_id": "s"}""")).AssertRefused(400);

        Assert.StartsWith("config_id: ", message, StringComparison.Ordinal);
        Assert.True(message.Length < 10_000, $"{message.Length} characters");
    }
}
