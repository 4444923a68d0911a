using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Runs;

/// <summary>The runs of deployments, as they are shown.</summary>
internal static class RunAnswers
{
    /// <summary>All runs of a deployment, newest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> RunsAsync(this Project project, string deploymentId, string query = "", string? token = null)
    {
        var answer = await project.SendAsync("GET", $"software_deployments/{deploymentId}/runs{query}", token: token);
        Assert.True(answer.Status == 200, answer.Text);
        return [.. answer.Json["runs"]!.AsArray()!];
    }

    /// <summary>One run.</summary>
    public static async Task<JsonNode> RunAsync(this Project project, string deploymentId, int number, string query = "", string? token = null)
    {
        var answer = await project.SendAsync("GET", string.Create(CultureInfo.InvariantCulture, $"software_deployments/{deploymentId}/runs/{number}{query}"), token: token);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["run"]!;
    }

    /// <summary>Begins the next run.</summary>
    public static async Task RunAgainAsync(this Project project, string deploymentId) =>
        Assert.Equal(200, (await project.SendAsync("POST", $"software_deployments/{deploymentId}/run")).Status);

    /// <summary>The text of a field; null for null.</summary>
    public static string? Field(this JsonNode run, string name) => run[name]?.GetValue<string>();

    /// <summary>The number of a run.</summary>
    public static int Number(this JsonNode run) => run["number"]!.GetValue<int>();

    /// <summary>The outputs as they were sent; null for none.</summary>
    public static string? Outputs(this JsonNode run) => run["output_values"]?.ToJsonString();
}
