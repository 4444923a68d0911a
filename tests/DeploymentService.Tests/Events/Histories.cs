using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>Reads histories and events.</summary>
public static class Histories
{
    /// <summary>The keys of an event, in their order.</summary>
    public static readonly string[] Keys =
    [
        "sequence", "time", "deployment_id", "server_id", "event", "execution", "status_from", "status_to", "reason", "repeated", "who", "request_id",
    ];

    /// <summary>What happened to a deployment, all of it unless the query says something else.</summary>
    public static async Task<List<JsonNode>> HistoryAsync(this Project project, string deploymentId, string query = "?limit=1000000", string? token = null)
    {
        var answer = await project.SendAsync("GET", $"software_deployments/{deploymentId}/events{query}", token: token);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Events();
    }

    /// <summary>What happened to a deployment, each event as <see cref="Line"/>.</summary>
    public static async Task<IEnumerable<string>> LinesAsync(this Project project, string deploymentId) =>
        (await project.HistoryAsync(deploymentId)).Select(Line);

    /// <summary>The events of an answer.</summary>
    public static List<JsonNode> Events(this Answer answer) => [.. answer.Json["events"]!.AsArray().Select(evt => evt!)];

    /// <summary>Kind, execution, status before and after, whether it is a repeat, role: what tells an event from others.</summary>
    public static string Line(this JsonNode evt) =>
        $"{evt.Kind()} {evt["execution"]} {evt["status_from"]?.ToString() ?? "-"}>{evt["status_to"]?.ToString() ?? "-"}"
        + $"{(evt["repeated"]!.GetValue<bool>() ? " repeated" : "")} {evt["who"]!["role"]}";

    public static long Sequence(this JsonNode evt) => evt["sequence"]!.GetValue<long>();

    public static string Kind(this JsonNode evt) => evt["event"]!.GetValue<string>();

    public static string? Reason(this JsonNode evt) => evt["reason"]?.GetValue<string>();

    /// <summary>An update of a deployment, which must be taken.</summary>
    public static async Task<Answer> UpdateAsync(this Project project, string deploymentId, string body, string? token = null)
    {
        var answer = await project.SendAsync("PUT", $"software_deployments/{deploymentId}", body, token);
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }

    /// <summary>Many updates, as quickly as they are taken; each reason ends with a number of its own.</summary>
    public static async Task UpdateManyAsync(this Project project, string deploymentId, int count, string reason = "")
    {
        using var client = project.App.CreateDefaultClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", await project.MemberTokenAsync());
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellation) =>
        {
            using var body = new StringContent($$"""{"status_reason": "{{reason}}{{number}}"}""", Encoding.UTF8, "application/json");
            using var answer = await client.PutAsync(new Uri($"/v1/{project.Id}/software_deployments/{deploymentId}", UriKind.Relative), body, cancellation);
            answer.EnsureSuccessStatusCode();
        });
    }
}
