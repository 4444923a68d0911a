using System.Text;
using System.Text.Json;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>What an agent reports is kept to the byte, or refused as a whole. There is nothing between, and no body breaks the service.</summary>
public sealed class JsonBodyTests
{
    private static readonly Project Project = ServiceApp.NewProject();
    private static readonly Lazy<Task<string>> Config = new(() => Project.ConfigAsync());

    public static TheoryData<string> Kept { get; } = [.. JsonDocuments.Kept.Keys];

    public static TheoryData<string> Refused { get; } = [.. JsonDocuments.Refused.Keys];

    public static TheoryData<string> NoUtf8 { get; } = [.. JsonDocuments.NoUtf8.Keys];

    public static TheoryData<string> RefusedBodies { get; } = [.. JsonDocuments.RefusedBodies.Keys];

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task A_value_comes_back_to_the_byte(string name)
    {
        var values = $$"""{"v":{{JsonDocuments.Kept[name]}}}""";
        var server = Guid.NewGuid().ToString();
        var id = await Project.DeploymentAsync(server, await Config.Value);

        var put = await PutAsync(id, Encoding.UTF8.GetBytes($$"""{"output_values": {{values}}, "input_values": {{values}}}"""));

        Assert.Equal(200, put.Status);
        Assert.Equal(values, put.Raw("software_deployment", "output_values"));
        Assert.Equal(values, put.Raw("software_deployment", "input_values"));
        var show = await Project.SendAsync("GET", $"software_deployments/{id}");
        Assert.Equal(put.Text, show.Text);
        var list = await Project.SendAsync("GET", $"software_deployments?server_id={server}");
        Assert.Equal(put.Raw("software_deployment"), list.Raw("software_deployments", 0));
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task A_value_in_a_config_comes_back_to_the_byte(string name)
    {
        var value = JsonDocuments.Kept[name];

        var create = await Project.SendAsync("POST", "software_configs", $$"""{"config": {{value}}, "options": {"o":{{value}} } }""");

        Assert.Equal(200, create.Status);
        var show = await Project.SendAsync("GET", $"software_configs/{create.String("software_config", "id")}");
        Assert.Equal(create.Text, show.Text);
        Assert.Equal(value, show.Raw("software_config", "config"));
        Assert.Equal(value, show.Raw("software_config", "options", "o"));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public Task A_text_that_is_no_value_is_refused(string name) =>
        AssertRefusedAsync(Encoding.UTF8.GetBytes($$"""{"status": "COMPLETE", "output_values": {"v": {{JsonDocuments.Refused[name]}} } }"""));

    [Theory]
    [MemberData(nameof(NoUtf8))]
    public async Task Bytes_that_are_no_UTF_8_are_refused_wherever_they_stand(string name)
    {
        var bytes = JsonDocuments.NoUtf8[name];

        await AssertRefusedAsync([.. "{\"status\": \"COMPLETE\", \"output_values\": {\"v\": \""u8, .. bytes, .. "\"}}"u8]);
        await AssertRefusedAsync([.. "{\"status\": \"COMPLETE\", \"output_values\": {\""u8, .. bytes, .. "\": 1}}"u8]);
        await AssertRefusedAsync([.. "{\"status\": \"COMPLETE\", \"status_reason\": \""u8, .. bytes, .. "\"}"u8]);
        await AssertRefusedAsync([.. "{\"status\": \"COMPLETE\"}"u8, .. bytes]);
    }

    [Theory]
    [MemberData(nameof(RefusedBodies))]
    public Task A_body_that_is_no_object_in_UTF_8_is_refused(string name) => AssertRefusedAsync(JsonDocuments.RefusedBodies[name]);

    [Fact]
    public async Task A_document_that_ends_early_is_refused_wherever_it_ends()
    {
        var whole = """{"status": "COMPLETE", "output_values": {"é": [1.5e3, "\ud83d\ude00\n", true, null]}}"""u8.ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            await AssertRefusedAsync(whole[..length]);
        }
    }

    [Fact]
    public async Task A_damaged_document_is_refused_or_kept_but_never_half_of_it()
    {
        const int seed = 20261123;
        var random = new Random(seed);
        var whole = """{"status": "FAILED", "output_values": {"é": [1.5e3, "\u00e9\\", {"x": -0}], "y": "😀"}, "status_reason": "r"}"""u8.ToArray();
        var id = await Project.DeploymentAsync("a-server", await Config.Value);
        for (var round = 0; round < 150; round++)
        {
            var damaged = whole.ToArray();
            for (var hit = random.Next(1, 4); hit > 0; hit--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : whole[random.Next(whole.Length)];
            }

            var before = await Project.SendAsync("GET", $"software_deployments/{id}");
            var put = await PutAsync(id, damaged);
            var after = await Project.SendAsync("GET", $"software_deployments/{id}");

            Assert.True(put.Status is 200 or 400, $"{put.Status} in round {round}");
            Assert.Equal(put.Status == 200 ? put.Text : before.Text, after.Text);
            if (put.Status == 200)
            {
                using var sent = JsonDocument.Parse(damaged);
                Assert.True(
                    !sent.RootElement.TryGetProperty("output_values", out var values)
                    || values.ValueKind == JsonValueKind.Null || values.GetRawText() == put.Raw("software_deployment", "output_values"),
                    $"Changed in round {round}");
            }
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" \t\r\n{ } \r\n")]
    [InlineData("""{"unknown": [1, {"a": null}], "id": "x", "project_id": 5, "": ""}""")]
    [InlineData("""{"a\u0000b": 1, "__proto__": {"status": "FAILED"}}""")]
    [InlineData("""{"Status": "FAILED", "STATUS": 5, "status ": []}""")]
    public async Task Members_that_have_no_meaning_are_ignored(string body)
    {
        var id = await Project.DeploymentAsync("a-server", await Config.Value);

        var put = await PutAsync(id, Encoding.UTF8.GetBytes(body));

        Assert.Equal(200, put.Status);
        Assert.Equal("IN_PROGRESS", put.String("software_deployment", "status"));
    }

    [Theory]
    [InlineData("""{"status": "FAILED", "status": "COMPLETE"}""")]
    [InlineData("""{"status": 5, "status": "COMPLETE"}""")]
    [InlineData("""{"\u0073tatus": "COMPLE\u0054E"}""")]
    public async Task The_last_of_two_members_counts_and_escapes_are_only_spelling(string body)
    {
        var id = await Project.DeploymentAsync("a-server", await Config.Value);

        var put = await PutAsync(id, Encoding.UTF8.GetBytes(body));

        Assert.Equal("COMPLETE", put.String("software_deployment", "status"));
    }

    private static async Task AssertRefusedAsync(byte[] body)
    {
        var id = await Untouched.Value;
        var before = await Project.SendAsync("GET", $"software_deployments/{id}");

        var put = await PutAsync(id, body);

        var message = put.AssertRefused(400);
        Assert.True(message.Length < 500, message);
        var after = await Project.SendAsync("GET", $"software_deployments/{id}");
        Assert.Equal(before.Text, after.Text);
    }

    // One for all that is refused: whatever changed it would be seen by the next.
    private static readonly Lazy<Task<string>> Untouched = new(async () => await Project.DeploymentAsync("a-server", await Config.Value));

    private static async Task<Answer> PutAsync(string id, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/{Project.Id}/software_deployments/{id}");
        request.Headers.Add("X-Auth-Token", await Project.MemberTokenAsync());
        request.Content = new ByteArrayContent(body);
        return await Project.App.SendAsync(request);
    }
}
