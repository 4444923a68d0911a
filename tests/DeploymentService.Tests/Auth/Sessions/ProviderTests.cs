using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth.Sessions;

/// <summary>
/// The requests of the public cloud's Terraform provider, recorded with <c>.ci/provider</c>: two sign-ins, and what it makes of a config and a deployment.
/// </summary>
public sealed class ProviderTests : IAsyncLifetime, IDisposable
{
    private const string Domain = """{"name":"Default"}""";

    // The client reads times only without a zone, and looks for its region, which is the beginning of the project's name.
    private readonly ServiceApp _app = new(new() { ["Api:TimestampSuffix"] = "none", ["Authentication:Region"] = "demo" });
    private readonly Project _project;
    private string _secret = "";

    public ProviderTests() => _project = new(_app, "demo");

    public async Task InitializeAsync()
    {
        _app.StartServer();
        _secret = await _project.TokenAsync("member");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData(
        """{"domain":{"name":"Default"},"name":"member-of-a-test","password":"$SECRET"}""",
        """{"project":{"domain":{"name":"Default"},"name":"demo"}}""", """{"domain":{"name":"Default"}}""")]
    [InlineData(
        """{"domain":{"id":"default"},"name":"member-of-a-test","password":"$SECRET"}""",
        """{"project":{"domain":{"id":"default"},"name":"demo"}}""", """{"domain":{"id":"default"}}""")]
    [InlineData("""{"id":"member-of-a-test","password":"$SECRET"}""", """{"project":{"id":"demo"}}""", null)]
    public async Task Both_sign_ins_answer_what_the_client_reads(string user, string projectScope, string? domainScope)
    {
        foreach (var scope in new[] { projectScope, domainScope })
        {
            var body = """{"auth":{"identity":{"methods":["password"],"password":{"user":$USER}}$SCOPE}}"""
                .Replace("$USER", user, StringComparison.Ordinal)
                .Replace("$SCOPE", scope is null ? "" : $",\"scope\":{scope}", StringComparison.Ordinal)
                .Replace("$SECRET", _secret, StringComparison.Ordinal);
            var answer = await _app.PostAsync(body);

            AssertIsRead(answer, 201);
            Assert.Equal(200, await _app.TryAsync(answer.Session(), "demo"));
        }
    }

    [Fact]
    public async Task A_token_is_looked_at_instead()
    {
        var answer = await _app.AboutAsync("GET", _secret, _secret);

        AssertIsRead(answer, 200);
        Assert.Equal(_secret, answer.Headers["x-subject-token"]);
    }

    [Fact]
    public async Task A_deployment_is_made_and_brought_to_another_script_and_removed()
    {
        var session = (await _app.SignInAsync("member-of-a-test", _secret, $$$"""{"project":{"domain":{{{Domain}}},"name":"demo"}}""")).Session();
        var first = await ConfigAsync(session, @"#!/bin/sh\necho $word\n");
        var made = await SendAsync(
            session, "POST", "software_deployments", $$$"""{"config_id":"{{{first}}}","input_values":{"word":"hello"},"server_id":"server-of-the-provider"}""");
        Assert.Equal(200, made.Status);
        var path = $"software_deployments/{made.String("software_deployment", "id")}";
        Assert.Equal("IN_PROGRESS", (await ShowAsync(session, path)).String("software_deployment", "status"));
        await SendAsync(session, "PUT", path, """{"status":"COMPLETE","output_values":{"result":"hello"}}""");

        var refreshed = (await ShowAsync(session, path)).Json["software_deployment"]!;
        Assert.Equal("COMPLETE", $"{refreshed["status"]}");
        Assert.Equal("""{"result":"hello"}""", refreshed["output_values"]!.ToJsonString());
        Assert.Equal("""{"word":"hello"}""", refreshed["input_values"]!.ToJsonString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", $"{refreshed["creation_time"]}");

        var second = await ConfigAsync(session, @"#!/bin/sh\necho changed $word\n");
        var changed = await SendAsync(session, "PUT", path, $$$"""{"config_id":"{{{second}}}","output_values":{"result":"hello"}}""");
        Assert.Equal((200, second), (changed.Status, changed.String("software_deployment", "config_id")));

        Assert.Equal(204, (await SendAsync(session, "DELETE", path)).Status);
        (await ShowAsync(session, path)).AssertRefused(404);
        foreach (var config in new[] { first, second })
        {
            Assert.Equal(204, (await SendAsync(session, "DELETE", $"software_configs/{config}")).Status);
        }
    }

    /// <summary>The client takes the secret from the header, and the endpoint of the type, the interface and the region that it looks for from the catalogue.</summary>
    private void AssertIsRead(Answer answer, int status)
    {
        Assert.Equal(status, answer.Status);
        var token = answer.Json["token"]!;
        Assert.True(DateTimeOffset.TryParse($"{token["expires_at"]}", System.Globalization.CultureInfo.InvariantCulture, out _));
        Assert.Equal(("demo", "default"), ($"{token["project"]!["id"]}", $"{token["project"]!["domain"]!["id"]}"));
        Assert.Equal(("member-of-a-test", "default"), ($"{token["user"]!["name"]}", $"{token["user"]!["domain"]!["id"]}"));
        using var client = _app.CreateDefaultClient();
        var endpoint = Assert.Single(
            token["catalog"]!.AsArray().Single(service => $"{service!["type"]}" == "orchestration")!["endpoints"]!.AsArray(),
            endpoint => $"{endpoint!["interface"]}" == "public" && $"{endpoint["region"]}" == "demo");
        Assert.Equal($"{client.BaseAddress}v1/demo", $"{endpoint!["url"]}");
    }

    private async Task<string> ConfigAsync(string session, string script)
    {
        var made = await SendAsync(
            session, "POST", "software_configs",
            $$"""{"config":"{{script}}","group":"script","inputs":[{"name":"word","type":"String"}],"name":"hello","outputs":[{"name":"result"}]}""");
        Assert.Equal(200, made.Status);
        var config = (await ShowAsync(session, $"software_configs/{made.String("software_config", "id")}")).Json["software_config"]!;
        Assert.Equal("""[{"name":"word","type":"String"}]""", config["inputs"]!.ToJsonString());
        Assert.Equal("""[{"name":"result"}]""", config["outputs"]!.ToJsonString());
        return $"{config["id"]}";
    }

    private Task<Answer> ShowAsync(string session, string path) => SendAsync(session, "GET", path);

    private async Task<Answer> SendAsync(string session, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/demo/{path}");
        request.Headers.Add("X-Auth-Token", session);
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("User-Agent", "golangsdk/2.0.0");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _app.SendAsync(request);
    }
}
