using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Reads why a deployment is still in progress.</summary>
public static class WaitingParts
{
    /// <summary>The parts, which a list and a wait say too, and whose sentence is the other field.</summary>
    public static async Task<List<JsonNode>> PartsAsync(this Project project, string id)
    {
        var shown = (await project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!;
        var waited = (await project.SendAsync("GET", $"software_deployments/{id}?wait=0")).Json["software_deployment"]!;
        var listed = (await project.SendAsync("GET", "software_deployments?detail=true")).Json["software_deployments"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!;
        List<JsonNode> parts = [.. shown["waiting_for_parts"]!.AsArray().Select(part => part!)];
        var sentence = string.Join("; ", parts.Select(Detail)) + ".";
        Assert.Equal(char.ToUpperInvariant(sentence[0]) + sentence[1..], shown["waiting_for"]!.GetValue<string>());
        foreach (var other in new[] { waited, listed })
        {
            Assert.Equal(shown["waiting_for_parts"]!.ToJsonString(), other["waiting_for_parts"]!.ToJsonString());
            Assert.Equal(shown["waiting_for"]!.ToJsonString(), other["waiting_for"]!.ToJsonString());
        }

        var plain = await project.SendAsync("GET", $"software_deployments/{id}");
        Assert.DoesNotContain("waiting_for", plain.Text, StringComparison.Ordinal);
        return parts;
    }

    /// <summary>Lets the agent fetch; what is written afterwards comes behind that.</summary>
    public static async Task FetchAsync(this Project project, string id, Agent? agent = null)
    {
        await (agent ?? await Agent.OfAsync(project)).PollAsync();
        await project.DeploymentAsync("another-server");
        Assert.NotNull((await project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!["fetched_time"]);
    }

    public static string Code(JsonNode part) => part["code"]!.GetValue<string>();

    public static string? Time(JsonNode part) => part["time"]?.GetValue<string>();

    public static string Detail(JsonNode part) => part["detail"]!.GetValue<string>();
}
