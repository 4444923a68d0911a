using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace DeploymentService.Tests.Support;

/// <summary>A project of one test. Calls go out with the token of a member unless another client is taken.</summary>
public sealed class Project(ServiceApp app, string? id = null)
{
    private readonly ConcurrentDictionary<string, Task<string>> _secrets = new();

    public string Id { get; } = id ?? Guid.NewGuid().ToString("N");

    public ServiceApp App => app;

    /// <summary>A new token of the project.</summary>
    public async Task<string> TokenAsync(string role, string? serverId = null)
    {
        var body = new JsonObject { ["name"] = $"{role}-of-a-test", ["role"] = role };
        if (serverId is not null)
        {
            body["server_id"] = serverId;
        }

        var answer = await SendAsync("POST", "tokens", body.ToJsonString(), ServiceApp.AdminToken);
        Assert.Equal(200, answer.Status);
        return answer.Json["token"]!["secret"]!.GetValue<string>();
    }

    /// <summary>The member's token, made once.</summary>
    public Task<string> MemberTokenAsync() => _secrets.GetOrAdd("member", role => TokenAsync(role));

    /// <summary>A request under <c>/v1/{project_id}/</c>.</summary>
    /// <param name="method">GET, POST …</param>
    /// <param name="path">Behind the project's id.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="token">The token; null for the member's.</param>
    /// <param name="contentType">The content type of the body; null for none.</param>
    public async Task<Answer> SendAsync(string method, string path, string? body = null, string? token = null, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/{Id}/{path}");
        request.Headers.Add("X-Auth-Token", token ?? await MemberTokenAsync());
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        return await app.SendAsync(request);
    }

    /// <summary>A request by an admin.</summary>
    public Task<Answer> AdminAsync(string method, string path, string? body = null) => SendAsync(method, path, body, ServiceApp.AdminToken);

    /// <summary>A request by an admin that must succeed; its answer.</summary>
    public async Task<JsonNode> DoAsync(string method, string path, string? body = null)
    {
        var answer = await AdminAsync(method, path, body);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    /// <summary>A new config; its id.</summary>
    public async Task<string> ConfigAsync(string body = """{"name": "a-config", "group": "script", "config": "#!/bin/sh"}""")
    {
        var answer = await SendAsync("POST", "software_configs", body);
        Assert.Equal(200, answer.Status);
        return answer.Json["software_config"]!["id"]!.GetValue<string>();
    }

    /// <summary>A new deployment; its id.</summary>
    public async Task<string> DeploymentAsync(string serverId = "a-server", string? configId = null)
    {
        configId ??= await ConfigAsync();
        var answer = await SendAsync("POST", "software_deployments", $$"""{"config_id": "{{configId}}", "server_id": "{{serverId}}", "action": "CREATE"}""");
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">All headers, in lower case.</param>
/// <param name="Text">The body.</param>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The message of an error body.</summary>
    public string Message => Json["error"]!["message"]!.GetValue<string>();
}

public static class ServiceAppRequests
{
    /// <summary>Sends a request as it is and reads the whole answer.</summary>
    public static async Task<Answer> SendAsync(this ServiceApp app, HttpRequestMessage request)
    {
        using var own = app.Client is null ? app.CreateDefaultClient() : null;
        using var response = await (app.Client ?? own!).SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(",", header.Value));
        return new((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}
