using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>Every string of every body: what is accepted comes back identical from every call, what is refused is named.</summary>
public sealed class NaughtyStringTests
{
    private static readonly Project Project = ServiceApp.NewProject();
    private static readonly Lazy<Task<string>> Config = new(() => Project.ConfigAsync());

    public static TheoryData<int> Printable { get; } = [.. Enumerable.Range(0, NaughtyStrings.Printable.Count)];

    public static TheoryData<int> Control { get; } = [.. Enumerable.Range(0, NaughtyStrings.Control.Count)];

    [Theory]
    [MemberData(nameof(Printable))]
    public async Task A_printable_string_is_kept_in_a_deployment(int index)
    {
        var text = NaughtyStrings.Printable[index];
        var quoted = WireText.Quoted(text);

        var create = await Project.SendAsync("POST", "software_deployments", $$"""
            {"config_id": "{{await Config.Value}}", "server_id": {{quoted}}, "action": {{quoted}}, "status": "FAILED", "status_reason": {{quoted}}, "stack_user_project_id": {{quoted}}, "input_values": { {{quoted}}: {{quoted}} } }
            """);

        Assert.True(create.Status == 200, create.Text);
        var id = create.String("software_deployment", "id");
        var update = await Project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"action": {{quoted}}, "status_reason": {{quoted}}, "output_values": { {{quoted}}: {{quoted}} } }""");
        var list = await Project.SendAsync("GET", $"software_deployments?server_id={Uri.EscapeDataString(text)}");
        Assert.Equal(update.Raw("software_deployment"), list.Raw("software_deployments", 0));
        foreach (var field in new[] { "server_id", "action", "status_reason" })
        {
            Assert.Equal(text, create.String("software_deployment", field));
            Assert.Equal(text, update.String("software_deployment", field));
        }

        Assert.Equal(text, create.String("software_deployment", "input_values", text));
        Assert.Equal(text, update.String("software_deployment", "output_values", text));
        Assert.DoesNotContain("stack_user_project_id", create.Text, StringComparison.Ordinal);

        var metadata = await Project.SendAsync("GET", $"software_deployments/metadata/{Uri.EscapeDataString(text)}");
        Assert.True(metadata.Status == 200, metadata.Text);
        Assert.Equal(await Config.Value, metadata.String("metadata", 0, "id"));
    }

    [Theory]
    [MemberData(nameof(Printable))]
    public async Task A_printable_string_is_kept_in_a_config_and_a_token(int index)
    {
        await AssertKeptInConfigAsync(NaughtyStrings.Printable[index]);
        var quoted = WireText.Quoted(NaughtyStrings.Printable[index]);

        var token = await Project.SendAsync("POST", "tokens", $$"""{"name": {{quoted}}, "role": "agent", "server_id": {{quoted}} }""", ServiceApp.AdminToken);

        Assert.Equal(NaughtyStrings.Printable[index], token.String("token", "name"));
        Assert.Equal(NaughtyStrings.Printable[index], token.String("token", "server_id"));
    }

    [Theory]
    [MemberData(nameof(Control))]
    public async Task Control_characters_are_kept_in_free_text_and_refused_in_the_names_of_servers_and_tokens(int index)
    {
        var text = NaughtyStrings.Control[index];
        var quoted = WireText.Quoted(text);
        await AssertKeptInConfigAsync(text);
        var id = await Project.DeploymentAsync("a-server", await Config.Value);

        var update = await Project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"action": {{quoted}}, "status_reason": {{quoted}} }""");

        Assert.Equal(text, update.String("software_deployment", "action"));
        Assert.Equal(text, update.String("software_deployment", "status_reason"));
        var create = await Project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{await Config.Value}}", "server_id": {{quoted}} }""");
        Assert.Equal("server_id: must have printable characters only.", create.AssertRefused(400));
        var token = await Project.SendAsync("POST", "tokens", $$"""{"name": {{quoted}}, "role": "agent", "server_id": {{quoted}} }""", ServiceApp.AdminToken);
        Assert.Equal("name: must have printable characters only; server_id: must have printable characters only.", token.AssertRefused(400));
    }

    [Theory]
    [MemberData(nameof(Printable))]
    public async Task An_unknown_config_is_named_as_it_was_sent(int index)
    {
        var text = NaughtyStrings.Printable[index];

        var create = await Project.SendAsync("POST", "software_deployments", $$"""{"config_id": {{WireText.Quoted(text)}}, "server_id": "s"}""");

        Assert.Equal($"config_id: no software config with id {text} is in this project.", create.AssertRefused(400));
    }

    [Theory]
    [InlineData("software_configs", "name", "group")]
    [InlineData("software_deployments", "config_id", "server_id", "action", "status", "status_reason", "stack_user_project_id")]
    [InlineData("tokens", "name", "role", "server_id")]
    public async Task A_NUL_is_refused_in_every_plain_string_and_all_fields_are_named(string path, params string[] fields)
    {
        var body = "{" + string.Join(',', fields.Select(field => $"\"{field}\": \"a\\u0000b\"")) + "}";

        var message = (await Project.SendAsync("POST", path, body, ServiceApp.AdminToken)).AssertRefused(400);

        foreach (var field in fields)
        {
            Assert.Contains($"{field}: must not contain a NUL character", message, StringComparison.Ordinal);
        }
    }

    private static async Task AssertKeptInConfigAsync(string text)
    {
        var quoted = WireText.Quoted(text);
        var create = await Project.SendAsync("POST", "software_configs", $$"""
            {"name": {{quoted}}, "group": {{quoted}}, "config": {{quoted}}, "options": { {{quoted}}: {{quoted}} },
             "inputs": [{"name": {{quoted}}, "description": {{quoted}}, "default": {{quoted}}, "value": {{quoted}} }], "outputs": [{"name": {{quoted}} }]}
            """);

        Assert.True(create.Status == 200, create.Text);
        var show = await Project.SendAsync("GET", $"software_configs/{create.String("software_config", "id")}");
        Assert.Equal(create.Text, show.Text);
        foreach (var field in new[] { "name", "group", "config" })
        {
            Assert.Equal(text, show.String("software_config", field));
        }

        Assert.Equal(text, show.String("software_config", "inputs", 0, "name"));
        Assert.Equal(text, show.String("software_config", "inputs", 0, "value"));
        Assert.Equal(text, show.String("software_config", "outputs", 0, "name"));
    }
}
