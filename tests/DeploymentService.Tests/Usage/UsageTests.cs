using System.Text.Json.Nodes;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Usage;

/// <summary>A project sees how much it has and does, and an admin of all projects sees all of them.</summary>
public sealed class UsageTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Rows_bytes_rates_and_quotas_are_told()
    {
        var reader = await _project.TokenAsync("reader");
        await _project.SendAsync("PUT", "quotas", """{"deployments": 100}""", ServiceApp.AdminToken);
        var config = await _project.ConfigAsync("""{"name": "c", "config": "12345678", "inputs": [], "outputs": [], "options": {}}""");
        var created = await _project.SendAsync(
            "POST", "software_deployments", $$$"""{"config_id": "{{{config}}}", "server_id": "a", "input_values": {"i": "xy"}}""");
        var id = created.Json["software_deployment"].Text("id");
        await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "FAILED", "output_values": {"o": "äö"}}""");
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await _project.RolloutAsync("\"servers\": [\"a\", \"b\"], \"batch_sizes\": [1], \"pause_after_batch\": true", configId: config);

        var answer = await _project.SendAsync("GET", "usage", token: reader);

        Assert.Equal(200, answer.Status);
        var usage = answer.Json["usage"]!;
        var rows = usage["rows"]!;
        Assert.Equal((1, 1, 2), (rows.Number("configs"), rows.Number("rollouts"), rows.Number("tokens")));
        // The rollout may have begun its first server by now.
        Assert.InRange(rows.Number("deployments"), 1, 2);
        Assert.Equal(1, rows.Number("servers"));
        // A run keeps its own inputs, and takes the outputs along. Letters that take two bytes count as two.
        Assert.Equal("""{"configs":16,"inputs":22,"outputs":13,"total":51}""", usage["bytes"]!.ToJsonString());
        Assert.Equal((1, 1), (usage["rates"]!.Number("reports_in_day"), usage["rates"]!.Number("failures_in_day")));
        Assert.True(usage["rates"]!["reports_per_minute"]!.GetValue<double>() > 0);
        Assert.Equal((100, 51, 1), (Quota(usage, "deployments").Number("limit"), Quota(usage, "bytes").Number("used"), Quota(usage, "configs").Number("used")));
    }

    [Fact]
    public async Task All_projects_are_told_to_admins_of_all_alone()
    {
        await _project.DeploymentAsync();
        using var nobody = new HttpRequestMessage(HttpMethod.Get, "/v1/usage");
        Assert.Equal(401, (await _project.App.SendAsync(nobody)).Status);
        Assert.Equal("You are not authorized to use usage:index.", (await AllAsync("/v1/usage", await _project.MemberTokenAsync())).AssertRefused(403));

        // A page begins behind its marker, wherever the others are by now.
        var answer = await AllAsync($"/v1/usage?limit=1&marker={_project.Id[..^1]}", ServiceApp.AdminToken);
        Assert.Equal(200, answer.Status);
        var own = Assert.Single(answer.Json["usage"]!.AsArray());
        Assert.Equal((_project.Id, 1, 1), (own.Text("project_id"), own!["rows"]!.Number("deployments"), own["rows"]!.Number("servers")));
        Assert.Null(own["quotas"]);
    }

    private async Task<Answer> AllAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Auth-Token", token);
        return await _project.App.SendAsync(request);
    }

    private static JsonNode Quota(JsonNode usage, string name) => Assert.Single(usage["quotas"]!.AsArray(), quota => quota.Text("name") == name)!;
}
