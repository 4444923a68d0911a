using System.Text;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Idempotency;

/// <summary>A creation that is sent again with its key creates nothing, and gets the first answer to the byte.</summary>
public sealed class IdempotentCreationTests
{
    private const string Deployments = "software_deployments";
    private readonly Project _project = ServiceApp.NewProject();
    private readonly string _key = Keys.New();

    [Fact]
    public async Task The_same_request_gets_the_first_answer_and_creates_nothing()
    {
        var body = await BodyAsync();

        var first = await _project.PostAsync(_key, Deployments, body);
        var again = await _project.PostAsync(_key, Deployments, body);

        Assert.Equal(200, first.Status);
        Keys.AssertSame(first, again);
        Assert.Equal(Id(first), Assert.Single(await ListAsync()));
        Assert.Equal("created", await _project.KindsAsync(Id(first)));
    }

    [Fact]
    public async Task What_has_become_of_the_deployment_since_changes_nothing_of_the_first_answer()
    {
        var body = await BodyAsync();
        var first = await _project.PostAsync(_key, Deployments, body);

        await _project.SendAsync("PUT", $"software_deployments/{Id(first)}", """{"status": "COMPLETE", "action": "UPDATE", "output_values": {"a": 1}}""");
        Keys.AssertSame(first, await _project.PostAsync(_key, Deployments, body));
        await _project.SendAsync("DELETE", $"software_deployments/{Id(first)}");
        Keys.AssertSame(first, await _project.PostAsync(_key, Deployments, body));
        await _project.SendAsync("DELETE", $"software_configs/{first.Json["software_deployment"]!["config_id"]}");
        Keys.AssertSame(first, await _project.PostAsync(_key, Deployments, body));

        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("""{"server_id": "é 😀 \u00e9 \ud83d\ude00 \" \\ /\/", "action": "\n\t", "status_reason": "<&>'\u2028", "input_values": {"x":  1.0, "x": [ ] , "\u0000": "\u0000\u2028"}}""")]
    [InlineData("""{"server_id": "s", "status": "COMPLETE", "stack_user_project_id": "p"}""")]
    [InlineData("""{"server_id": "s", "status": null, "status_reason": "", "action": "", "input_values": {}}""")]
    [InlineData("""{"server_id": "s", "timeout": 3600}""")]
    [InlineData("""{"server_id": "s", "timeout": 0, "unknown": 1}""")]
    public async Task Whatever_is_sent_the_answers_are_the_same(string fields)
    {
        var body = $$"""{"config_id": "{{await _project.ConfigAsync()}}", {{fields[1..]}}""";

        var first = await _project.PostAsync(_key, Deployments, body);

        Assert.Equal(200, first.Status);
        Keys.AssertSame(first, await _project.PostAsync(_key, Deployments, body));
    }

    [Fact]
    public async Task Of_many_at_once_one_creates_and_all_get_its_answer()
    {
        var body = await BodyAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _project.PostAsync(_key, Deployments, body)));

        Assert.All(answers, answer => Keys.AssertSame(answers[0], answer));
        Assert.Equal(Id(answers[0]), Assert.Single(await ListAsync()));
    }

    [Fact]
    public async Task Another_body_is_refused_with_409()
    {
        var body = await BodyAsync();
        await _project.PostAsync(_key, Deployments, body);

        Keys.AssertTaken(await _project.PostAsync(_key, Deployments, await BodyAsync("another-server")));
        // The same for JSON and another for a comparison of bytes: the client has to send what it sent.
        Keys.AssertTaken(await _project.PostAsync(_key, Deployments, body + " "));
        Keys.AssertTaken(await _project.PostAsync(_key, Deployments, body.Replace("a-server", "no-config", StringComparison.Ordinal)));

        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task A_key_is_one_of_its_project_and_of_what_is_created()
    {
        var body = await BodyAsync();
        var other = ServiceApp.NewProject();
        var config = """{"name": "a"}""";

        Assert.Equal(200, (await _project.PostAsync(_key, Deployments, body)).Status);
        Assert.Equal(200, (await _project.PostAsync(_key, "software_configs", config)).Status);
        Assert.Equal(200, (await _project.PostAsync(Keys.New(), Deployments, body)).Status);
        Assert.Equal(200, (await _project.SendAsync("POST", Deployments, body)).Status);
        Assert.Equal(200, (await other.PostAsync(_key, Deployments, body.Replace(ConfigOf(body), await other.ConfigAsync(), StringComparison.Ordinal))).Status);

        Assert.Equal(3, (await ListAsync()).Count);
    }

    [Fact]
    public async Task A_request_that_was_refused_may_be_mended_under_its_key()
    {
        var body = await BodyAsync();

        Assert.Equal(400, (await _project.PostAsync(_key, Deployments, """{"server_id": "a-server"}""")).Status);
        Assert.Equal(400, (await _project.PostAsync(_key, Deployments, body.Replace(ConfigOf(body), Keys.New(), StringComparison.Ordinal))).Status);

        Assert.Equal(200, (await _project.PostAsync(_key, Deployments, body)).Status);
    }

    [Fact]
    public async Task Of_what_is_wrong_nothing_is_left_out_because_of_a_key()
    {
        var refused = await _project.PostAsync(_key, Deployments, """{"config_id": "none", "status": "DONE"}""");

        Assert.Equal(400, refused.Status);
        Assert.Contains("config_id: no software config with id none is in this project", refused.Message, StringComparison.Ordinal);
        Assert.Contains("server_id: is required", refused.Message, StringComparison.Ordinal);
        Assert.Contains("status: must be COMPLETE", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task What_cannot_be_a_key_is_refused(int length)
    {
        var refused = await _project.PostAsync(new string('k', length), Deployments, await BodyAsync());

        Assert.Equal("Idempotency-Key: must have 1 to 255 printable characters.", refused.AssertRefused(400));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_key_has_printable_characters()
    {
        var headers = new[] { $"X-Auth-Token: {await _project.MemberTokenAsync()}", "Idempotency-Key: a\tkey" };

        var refused = await _project.App.SendRawAsync("POST", $"/v1/{_project.Id}/{Deployments}", headers, Encoding.UTF8.GetBytes(await BodyAsync()));

        Assert.Equal("Idempotency-Key: must have 1 to 255 printable characters.", refused.AssertRefused(400));
    }

    [Fact]
    public async Task The_longest_key_is_taken()
    {
        var (key, body) = (new string('k', 255), await BodyAsync());

        Keys.AssertSame(await _project.PostAsync(key, Deployments, body), await _project.PostAsync(key, Deployments, body));
    }

    [Fact]
    public async Task Where_a_key_means_nothing_it_is_ignored()
    {
        var key = new string('k', 300);
        var id = await _project.DeploymentAsync();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var header = ("Idempotency-Key", key);
            Assert.Equal(200, (await _project.SendWithAsync(header, "PUT", $"software_deployments/{id}", "{}")).Status);
            Assert.Equal(200, (await _project.SendWithAsync(header, "POST", "servers/a-server/agent_url", "{}")).Status);
            Assert.Equal(200, (await _project.SendWithAsync(header, "POST", "tokens", """{"name": "a", "role": "reader"}""", ServiceApp.AdminToken)).Status);
        }

        var tokens = await _project.SendAsync("GET", "tokens", token: ServiceApp.AdminToken);
        Assert.Equal(2, tokens.Json["tokens"]!.AsArray().Count(token => token!["name"]!.GetValue<string>() == "a"));
    }

    [Fact]
    public async Task A_restart_does_not_forget_a_key()
    {
        using var folder = new TempFolder();
        await using var before = await ServiceProcess.StartedAsync(folder.Name);
        using var client = await before.ClientAsync();
        var config = await SendAsync(client, "software_configs", "{}");
        var body = $$"""{"config_id": "{{config.Split('"')[5]}}", "server_id": "a-server"}""";
        var first = await SendAsync(client, Deployments, body);
        await before.KillAsync();

        await using var after = await ServiceProcess.StartedAsync(folder.Name);
        using var again = await after.ClientAsync();

        Assert.Equal(config, await SendAsync(again, "software_configs", "{}"));
        Assert.Equal(first, await SendAsync(again, Deployments, body));

        async Task<string> SendAsync(HttpClient client, string path, string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/p/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Idempotency-Key", _key);
            using var answer = await client.SendAsync(request);
            Assert.Equal(200, (int)answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    private async Task<string> BodyAsync(string server = "a-server") =>
        $$$"""{"config_id": "{{{await _project.ConfigAsync()}}}", "server_id": "{{{server}}}", "action": "CREATE", "input_values": {"a": 1.0}}""";

    private async Task<List<string>> ListAsync() =>
        [.. (await _project.SendAsync("GET", Deployments)).Json[Deployments]!.AsArray().Select(deployment => deployment!["id"]!.GetValue<string>())];

    private static string Id(Answer answer) => answer.Json["software_deployment"]!["id"]!.GetValue<string>();

    private static string ConfigOf(string body) => body.Split('"')[3];
}
