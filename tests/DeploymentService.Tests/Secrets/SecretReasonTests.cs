using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Secrets;

/// <summary>A reason can repeat a secret: of an output that means a failure, or of whatever a client wrote into it.</summary>
public sealed class SecretReasonTests
{
    private const string Mask = "••••";
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_reason_of_a_secret_output_is_hidden_wherever_a_reader_sees_it()
    {
        var config = await _project.ConfigAsync(
            """{"name": "c", "group": "script", "config": "x", "outputs": [{"name": "plain", "error_output": true}, {"name": "db_pass", "error_output": true}]}""");
        var id = await _project.DeploymentAsync("a-server", config);
        var reader = await _project.TokenAsync("reader");
        using var stream = await Follower.OpenAsync(_project, token: reader);
        var agent = await Agent.OfAsync(_project);
        Assert.Equal(200, (await agent.SignalAsync("""{"plain": "seen", "db_pass": "hunter2, x : and\nmore"}""")).Status);
        const string reason = "plain : seen, db_pass : ";

        foreach (var path in new[]
        {
            $"software_deployments/{id}", $"software_deployments/{id}?detail=true", "software_deployments", "software_deployments?status=FAILED&detail=true",
            "software_deployments?q=seen", $"software_deployments/{id}/events", "software_deployments/wait", "software_deployments/wait?q=a-server&fail_fast=true",
        })
        {
            var forMember = await _project.SendAsync("GET", path);
            var forReader = await _project.SendAsync("GET", path, token: reader);

            Assert.Contains(reason + "hunter2, x : and\\nmore", forMember.Text, StringComparison.Ordinal);
            Assert.Contains(reason + Mask + '"', forReader.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", forReader.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("more", forReader.Text, StringComparison.Ordinal);
        }

        Assert.Equal(reason + Mask, (await stream.EventsAsync(2))[^1].Reason());
    }

    [Theory]
    [InlineData("hunter2", 0)]
    [InlineData("HUNTER", 0)]
    [InlineData("pass : h", 0)]
    [InlineData("s3cr3t", 0)]
    [InlineData("/o?sig=", 1)]
    [InlineData("db_pass", 1)]
    [InlineData("a-server", 1)]
    public async Task A_reader_cannot_guess_a_secret_by_searching_for_it(string text, int found)
    {
        var id = await _project.DeploymentAsync();
        await Histories.UpdateAsync(_project, id, """{"status": "FAILED", "status_reason": "See https://h/o?sig=s3cr3t, db_pass : hunter2"}""");
        var query = $"?q={Uri.EscapeDataString(text)}";
        var reader = await _project.TokenAsync("reader");

        Assert.Equal([id], await _project.IdsAsync(query));
        Assert.Equal(found, (await _project.SendAsync("GET", $"software_deployments{query}", token: reader)).Ids().Length);
        Assert.Equal(found, (await _project.SendAsync("GET", $"software_deployments{query}&wait=0", token: reader)).Ids().Length);
    }

    [Fact]
    public async Task Nor_in_a_reason_that_is_too_long_to_be_kept_whole()
    {
        // What says that it is a secret is behind the part that is searched.
        var json = $$"""{"items": [{"value": "hunter2", "note": "{{new string('x', 1000)}}", "name": "db_password"}]}""";
        var id = await _project.DeploymentAsync();
        await Histories.UpdateAsync(_project, id, new System.Text.Json.Nodes.JsonObject { ["status"] = "FAILED", ["status_reason"] = json }.ToJsonString());
        var reader = await _project.TokenAsync("reader");

        Assert.DoesNotContain("hunter2", (await _project.SendAsync("GET", $"software_deployments/{id}", token: reader)).Text, StringComparison.Ordinal);
        Assert.Equal([id], await _project.IdsAsync("?q=hunter2"));
        Assert.Empty((await _project.SendAsync("GET", "software_deployments?q=hunter2", token: reader)).Ids());
        Assert.DoesNotContain("hunter2", (await _project.SendAsync("GET", "software_deployments/summary?group_by=reason", token: reader)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_in_what_a_rollout_and_the_history_keep_of_it()
    {
        var json = $$"""{"items": [{"value": "hunter2", "note": "{{new string('x', 1000)}}", "name": "db_password"}]}""";
        var reader = await _project.TokenAsync("reader");
        using var stream = await Follower.OpenAsync(_project, token: reader);
        var rollout = await _project.RolloutAsync($"\"servers\": {RolloutRoom.Servers(1)}");
        await _project.UntilCountsAsync(rollout, "0 1 0 0 0");
        var id = (await RolloutRoom.ServersAsync(_project, rollout))[0].Text("deployment_id")!;
        await Histories.UpdateAsync(_project, id, new System.Text.Json.Nodes.JsonObject { ["status"] = "FAILED", ["status_reason"] = json }.ToJsonString());
        await _project.UntilCountsAsync(rollout, "0 0 0 1 0");

        foreach (var path in new[] { $"rollouts/{rollout}", $"rollouts/{rollout}/servers", $"rollouts/{rollout}/wait", $"software_deployments/{id}/events" })
        {
            Assert.Contains("hunter2", (await _project.SendAsync("GET", path)).Text, StringComparison.Ordinal);
            var forReader = await _project.SendAsync("GET", path, token: reader);
            Assert.DoesNotContain("hunter2", forReader.Text, StringComparison.Ordinal);
            Assert.Contains(Mask, forReader.Text, StringComparison.Ordinal);
        }

        System.Text.Json.Nodes.JsonNode told;
        do
        {
            told = (await stream.EventsAsync(1))[0];
        }
        while (told.Text("status_to") != "FAILED");

        Assert.Equal(Mask, told.Reason());
    }

    [Fact]
    public async Task Nor_by_waiting_for_it()
    {
        // A wait looks for servers alone, whoever asks.
        await Histories.UpdateAsync(_project, await _project.DeploymentAsync(), """{"status": "FAILED", "status_reason": "db_pass : hunter2"}""");
        await Histories.UpdateAsync(_project, await _project.DeploymentAsync("server-hunter2"), """{"status": "COMPLETE"}""");

        Assert.Equal(200, (await _project.SendAsync("GET", "software_deployments/wait?q=hunter2")).Status);
        Assert.Equal(200, (await _project.SendAsync("GET", "software_deployments/wait?q=hunter2", token: await _project.TokenAsync("reader"))).Status);
    }

    [Theory]
    [InlineData("password=hunter2 did not work", "password=•••• did not work")]
    [InlineData("https://u:hunter2@h: 401", "https://u:••••@h: 401")]
    [InlineData("{\"password\": \"hunter2\"}", "{\"password\": \"••••\"}")]
    [InlineData("deploy_status_code : Deployment exited with non-zero status code: 3", "deploy_status_code : Deployment exited with non-zero status code: 3")]
    [InlineData("compass : north", "compass : north")]
    public async Task Whatever_a_client_wrote_is_looked_through(string reason, string shown)
    {
        var id = await _project.DeploymentAsync();
        await Histories.UpdateAsync(_project, id, new System.Text.Json.Nodes.JsonObject { ["status"] = "FAILED", ["status_reason"] = reason }.ToJsonString());
        var reader = await _project.TokenAsync("reader");

        Assert.Equal(shown, (await _project.SendAsync("GET", $"software_deployments/{id}", token: reader)).String("software_deployment", "status_reason"));
        Assert.Equal(reason, (await _project.SendAsync("GET", $"software_deployments/{id}")).String("software_deployment", "status_reason"));
        Assert.Equal(shown, (await _project.HistoryAsync(id, token: reader))[^1].Reason());
    }
}
