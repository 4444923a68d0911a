using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Dashboard;

/// <summary>What there is to be seen on a board, made by the calls that everybody makes.</summary>
public static class Rollout
{
    /// <summary>A new config with a name; its id.</summary>
    public static Task<string> NamedConfigAsync(this Project project, string name, string inputs = "[]") =>
        project.ConfigAsync($$"""{"name": {{JsonValue.Create(name).ToJsonString()}}, "group": "script", "config": "#!/bin/sh", "inputs": {{inputs}}}""");

    /// <summary>A new deployment; its id.</summary>
    public static async Task<string> DeployAsync(
        this Project project, string configId, string serverId = "a-server", string? action = "CREATE", JsonObject? inputs = null, int? timeout = null)
    {
        var body = new JsonObject { ["config_id"] = configId, ["server_id"] = serverId, ["action"] = action, ["input_values"] = inputs, ["timeout"] = timeout };
        var answer = await project.SendAsync("POST", "software_deployments", body.ToJsonString());
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!["id"]!.GetValue<string>();
    }

    /// <summary>A report on a deployment.</summary>
    public static async Task ReportAsync(this Project project, string id, string status, string? reason = null, JsonObject? outputs = null)
    {
        var body = new JsonObject { ["status"] = status, ["status_reason"] = reason, ["output_values"] = outputs };
        Assert.Equal(200, (await project.SendAsync("PUT", $"software_deployments/{id}", body.ToJsonString())).Status);
    }

    /// <summary>A deployment as the API shows it now.</summary>
    public static async Task<JsonNode> ShownAsync(this Project project, string id)
    {
        var answer = await project.SendAsync("GET", $"software_deployments/{id}?detail=true");
        Assert.Equal(200, answer.Status);
        return answer.Json["software_deployment"]!;
    }
}
