using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Rollouts;

/// <summary>Rollouts of a project, whose servers report what a test says.</summary>
internal static class RolloutRoom
{
    /// <summary>The ids of so many servers, as JSON.</summary>
    public static string Servers(int count, string prefix = "s") => new JsonArray([.. Enumerable.Range(1, count).Select(number => (JsonNode)$"{prefix}{number}")]).ToJsonString();

    /// <summary>A new rollout; its id.</summary>
    /// <param name="project">The project.</param>
    /// <param name="members">Its members, without the config.</param>
    /// <param name="name">Its name.</param>
    /// <param name="configId">Its config; null for a new one.</param>
    public static async Task<string> RolloutAsync(this Project project, string members, string name = "a-rollout", string? configId = null)
    {
        var answer = await project.SendAsync("POST", "rollouts", $$"""{"name": "{{name}}", "config_id": "{{configId ?? await project.ConfigAsync()}}", {{members}}}""");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["rollout"]!["id"]!.GetValue<string>();
    }

    /// <summary>A rollout as it is.</summary>
    public static async Task<JsonNode> ShowRolloutAsync(this Project project, string id)
    {
        var answer = await project.SendAsync("GET", $"rollouts/{id}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["rollout"]!;
    }

    /// <summary>A rollout when it is as a test wants it.</summary>
    public static Task<JsonNode> UntilAsync(this Project project, string id, Func<JsonNode, bool> isWanted) =>
        Until.WantedAsync(() => project.ShowRolloutAsync(id), isWanted, rollout => rollout.ToJsonString());

    /// <summary>A rollout when it has the status.</summary>
    public static Task<JsonNode> UntilAsync(this Project project, string id, string status) => project.UntilAsync(id, rollout => rollout.Text("status") == status);

    /// <summary>A rollout when its counts are PENDING, IN_PROGRESS, COMPLETE, FAILED and SKIPPED.</summary>
    public static Task<JsonNode> UntilCountsAsync(this Project project, string id, string counts) => project.UntilAsync(id, rollout => rollout.Counts() == counts);

    /// <summary>The servers of a rollout with a status, in its order.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ServersAsync(this Project project, string id, string status = "")
    {
        var answer = await project.SendAsync("GET", $"rollouts/{id}/servers?status={status}");
        Assert.True(answer.Status == 200, answer.Text);
        return [.. answer.Json["servers"]!.AsArray().Select(server => server!)];
    }

    /// <summary>Reports the end of each server that runs.</summary>
    /// <param name="project">The project.</param>
    /// <param name="id">The rollout.</param>
    /// <param name="fails">Whose run fails.</param>
    public static async Task ReportAsync(this Project project, string id, Func<string, bool>? fails = null)
    {
        foreach (var server in await project.ServersAsync(id, "IN_PROGRESS"))
        {
            var status = fails?.Invoke(server.Text("server_id")!) == true ? "FAILED" : "COMPLETE";
            await project.SetAsync(server.Text("deployment_id")!, status, $"{status} on {server.Text("server_id")}");
        }
    }

    /// <summary>Reports for one deployment.</summary>
    public static async Task SetAsync(this Project project, string deploymentId, string status, string reason = "because")
    {
        var answer = await project.SendAsync("PUT", $"software_deployments/{deploymentId}", $$"""{"status": "{{status}}", "status_reason": "{{reason}}"}""");
        Assert.True(answer.Status == 200, answer.Text);
    }

    /// <summary>Does with a rollout what a person wants; the rollout as it is then.</summary>
    public static async Task<JsonNode> ActAsync(this Project project, string id, string action, string? body = null)
    {
        var answer = await project.SendAsync("POST", $"rollouts/{id}/{action}", body);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["rollout"]!;
    }

    /// <summary>What happened to a rollout.</summary>
    public static async Task<string> RolloutEventsAsync(this Project project, string id)
    {
        var answer = await project.SendAsync("GET", $"rollouts/{id}/events");
        Assert.True(answer.Status == 200, answer.Text);
        return string.Join(' ', answer.Json["events"]!.AsArray().Select(evt => evt!.Text("event")!["rollout.".Length..]));
    }

    /// <summary>How many servers there are: PENDING, IN_PROGRESS, COMPLETE, FAILED, SKIPPED.</summary>
    public static string Counts(this JsonNode rollout) => string.Join(' ', rollout["counts"]!.AsObject().Select(count => count.Value!.GetValue<long>()));

    /// <summary>A text, or null.</summary>
    public static string? Text(this JsonNode? node, string name) => node![name]?.GetValue<string>();

    /// <summary>A number.</summary>
    public static long Number(this JsonNode node, string name) => node[name]!.GetValue<long>();
}
