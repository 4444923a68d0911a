using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>What an agent on a server does: it knows one URL, and finds everything else under it.</summary>
public sealed class Agent(ServiceApp app, string url)
{
    /// <summary>The secret URL.</summary>
    public string Url => url;

    /// <summary>An agent for a server of a project.</summary>
    public static async Task<Agent> OfAsync(Project project, string serverId = "a-server", string body = "{}") =>
        new(project.App, await UrlAsync(project, serverId, body));

    /// <summary>A new URL of a server.</summary>
    public static async Task<string> UrlAsync(Project project, string serverId = "a-server", string body = "{}")
    {
        var answer = await project.SendAsync("POST", $"servers/{Uri.EscapeDataString(serverId)}/agent_url", body);
        Assert.Equal(200, answer.Status);
        return answer.Json["agent_url"]!["url"]!.GetValue<string>();
    }

    /// <summary>The whole answer to a poll.</summary>
    public Task<Answer> PollAsync(string method = "GET") => SendAsync(method, url);

    /// <summary>The entries of the document.</summary>
    public async Task<JsonArray> EntriesAsync()
    {
        var answer = await PollAsync();
        Assert.Equal(200, answer.Status);
        return answer.Json["deployments"]!.AsArray();
    }

    /// <summary>The one entry of the document.</summary>
    public async Task<JsonNode> EntryAsync() => Assert.Single(await EntriesAsync())!;

    /// <summary>Reports to the signal URL of the document's one entry.</summary>
    public async Task<Answer> SignalAsync(string? body, string method = "PUT") => await SendAsync(method, SignalUrl(await EntryAsync()), body);

    /// <summary>A request without a token.</summary>
    public async Task<Answer> SendAsync(string method, string address, string? body = null, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        return await app.SendAsync(request);
    }

    /// <summary>Where the outputs of an entry go.</summary>
    public static string SignalUrl(JsonNode entry) => Input(entry, "deploy_signal_id")!;

    /// <summary>The value of an input, as JSON text unless it is a string; null when there is no such input.</summary>
    public static string? Input(JsonNode entry, string name) =>
        entry["inputs"]!.AsArray().SingleOrDefault(input => input!["name"]!.GetValue<string>() == name)?["value"] is { } value
            ? value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value.ToJsonString()
            : null;
}
