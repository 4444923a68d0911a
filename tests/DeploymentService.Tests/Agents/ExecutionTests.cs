using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Tests.Agents;

/// <summary>When a deployment is to be run once more: exactly then its entry has another id.</summary>
public sealed class ExecutionTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("{\"input_values\": {\"a\": \"other\"}}")]
    [InlineData("{\"input_values\": {\"a\": 1, \"b\": [1, 2], \"c\": 1}}")]
    [InlineData("{\"input_values\": {\"a\": 1, \"b\": [2, 1]}}")]
    [InlineData("{\"action\": \"UPDATE\"}")]
    [InlineData("{\"action\": \"UPDATE\", \"status\": \"IN_PROGRESS\"}")]
    public async Task A_change_of_what_is_to_be_run_begins_the_next_execution(string change)
    {
        var deployment = await NewAsync();

        await PutAsync(deployment, change);

        Assert.Equal(2, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task Another_config_begins_the_next_execution()
    {
        var deployment = await NewAsync();

        await PutAsync(deployment, $$"""{"config_id": "{{await _project.ConfigAsync()}}"}""");

        Assert.Equal(2, await ExecutionAsync(deployment));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"status\": \"IN_PROGRESS\"}")]
    [InlineData("{\"status\": \"COMPLETE\"}")]
    [InlineData("{\"status_reason\": \"because\", \"output_values\": {\"a\": 1}}")]
    [InlineData("{\"action\": \"CREATE\"}")]
    [InlineData("{\"action\": null, \"config_id\": \"\", \"input_values\": {}}")]
    [InlineData("{\"input_values\": {\"a\": 1, \"b\": [1, 2]}}")]
    [InlineData("{\"input_values\": {  \"b\":[1,2], \"a\": 1.0}}")]
    public async Task Anything_else_begins_none(string body)
    {
        var deployment = await NewAsync();

        await PutAsync(deployment, body);

        Assert.Equal(1, await ExecutionAsync(deployment));
    }

    [Theory]
    [InlineData("1e9999999999", "2", 2)]
    [InlineData("1e9999999999", "10e9999999998", 1)]
    [InlineData("1e9999999999", "1e9999999998", 2)]
    [InlineData("-1e999999999999999999999", "-1.0e+999999999999999999999", 1)]
    [InlineData("[1e-9999999999]", "[0]", 2)]
    public async Task A_number_of_any_size_is_compared_by_what_it_says(string before, string after, int execution)
    {
        var deployment = await NewAsync();
        await PutAsync(deployment, $$$"""{"input_values": {"a": {{{before}}}, "b": [1, 2]}}""");

        await PutAsync(deployment, $$$"""{"input_values": {"b": [1.0, 2e0], "a": {{{after}}}}}""");

        Assert.Equal(1 + execution, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task The_same_config_again_begins_none()
    {
        var config = await _project.ConfigAsync();
        var deployment = await _project.DeploymentAsync("a-server", config);

        await PutAsync(deployment, $$"""{"config_id": "{{config}}"}""");

        Assert.Equal(1, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task A_change_that_is_to_run_nothing_waits_until_the_deployment_is_in_progress_again()
    {
        var deployment = await NewAsync();
        await PutAsync(deployment, """{"status": "COMPLETE"}""");
        await PutAsync(deployment, """{"action": "UPDATE", "status": "COMPLETE"}""");
        Assert.Equal(1, await ExecutionAsync(deployment));
        await PutAsync(deployment, """{"status_reason": "still"}""");
        Assert.Equal(1, await ExecutionAsync(deployment));

        await PutAsync(deployment, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(2, await ExecutionAsync(deployment));

        // Once.
        await PutAsync(deployment, """{"status": "IN_PROGRESS"}""");
        Assert.Equal(2, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task A_change_and_the_end_in_one_body_wait_too()
    {
        var deployment = await NewAsync();

        await PutAsync(deployment, """{"action": "UPDATE", "status": "FAILED"}""");
        Assert.Equal(1, await ExecutionAsync(deployment));
        await PutAsync(deployment, """{"action": "UPDATE", "status": "IN_PROGRESS"}""");

        Assert.Equal(2, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task A_new_status_alone_is_no_reason_to_run_again()
    {
        var deployment = await NewAsync();

        await PutAsync(deployment, """{"status": "COMPLETE"}""");
        await PutAsync(deployment, """{"status": "IN_PROGRESS"}""");

        Assert.Equal(1, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task Run_begins_the_next_execution_and_clears_the_outputs()
    {
        var deployment = await NewAsync();
        await PutAsync(deployment, """{"status": "FAILED", "status_reason": "no", "output_values": {"a": 1}}""");

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/run");

        Assert.Equal(200, answer.Status);
        var shown = answer.Json["software_deployment"]!;
        Assert.Equal("IN_PROGRESS", shown["status"]!.GetValue<string>());
        Assert.Equal("Deploy data available", shown["status_reason"]!.GetValue<string>());
        Assert.Null(shown["output_values"]);
        Assert.NotNull(shown["updated_time"]);
        Assert.Equal(answer.Text, (await _project.SendAsync("GET", $"software_deployments/{deployment}")).Text);
        Assert.Equal(2, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task Run_takes_the_place_of_an_execution_that_waited()
    {
        var deployment = await NewAsync();
        await PutAsync(deployment, """{"action": "UPDATE", "status": "COMPLETE"}""");

        await _project.SendAsync("POST", $"software_deployments/{deployment}/run", "no JSON at all", contentType: "text/html");
        await PutAsync(deployment, """{"status": "IN_PROGRESS"}""");

        Assert.Equal(2, await ExecutionAsync(deployment));
    }

    [Fact]
    public async Task Run_of_a_deployment_of_another_project_is_not_found()
    {
        var deployment = await ServiceApp.NewProject().DeploymentAsync();

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/run");

        Assert.Equal(404, answer.Status);
        Assert.Equal($"Deployment with id {deployment} not found", answer.Message);
    }

    [Theory]
    [InlineData("reader")]
    [InlineData("agent")]
    public async Task Run_is_not_for_everybody(string role)
    {
        var deployment = await NewAsync();
        var token = await _project.TokenAsync(role, role == "agent" ? "a-server" : null);

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/run", token: token);

        Assert.Equal(403, answer.Status);
        Assert.Equal("You are not authorized to use software_deployments:run.", answer.Message);
    }

    [SqliteFact]
    public async Task A_deployment_of_a_database_from_before_executions_is_in_its_first()
    {
        using var folder = new TempFolder();
        await using (var context = new SqliteDeploymentDbContext(new DbContextOptionsBuilder<SqliteDeploymentDbContext>()
            .UseSqlite($"Data Source={folder.At("deployments.db")};Pooling=false").Options))
        {
            await context.GetService<IMigrator>().MigrateAsync("Sessions");
            await context.Database.ExecuteSqlRawAsync("""
                INSERT INTO software_configs VALUES ('p', 'c', 1, 'a', 'script', '""', '[]', '[]', '{{}}', 0);
                INSERT INTO software_deployments VALUES ('p', 'd', 1, 'a-server', 'c', NULL, 'IN_PROGRESS', NULL, NULL, NULL, NULL, 0, NULL);
                """);
        }

        await using var app = new ServiceApp(folder: folder.Name);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/p/servers/a-server/agent_url");
        request.Headers.Add("X-Auth-Token", ServiceApp.AdminToken);
        var agent = new Agent(app, (await app.SendAsync(request)).Json["agent_url"]!["url"]!.GetValue<string>());

        Assert.Equal("d-1", (await agent.EntryAsync())["id"]!.GetValue<string>());
        Assert.Equal(200, (await agent.SignalAsync("{}")).Status);
    }

    private async Task<string> NewAsync()
    {
        var body = $$$"""{"config_id": "{{{await _project.ConfigAsync()}}}", "server_id": "a-server", "action": "CREATE", "input_values": {"a": 1, "b": [1, 2]}}""";
        var deployment = (await _project.SendAsync("POST", "software_deployments", body)).Json["software_deployment"]!["id"]!.GetValue<string>();
        Assert.Equal(1, await ExecutionAsync(deployment));
        return deployment;
    }

    private async Task PutAsync(string deployment, string body) =>
        Assert.Equal(200, (await _project.SendAsync("PUT", $"software_deployments/{deployment}", body)).Status);

    private async Task<int> ExecutionAsync(string deployment)
    {
        var entry = await (await Agent.OfAsync(_project)).EntryAsync();
        var id = entry["id"]!.GetValue<string>();
        Assert.StartsWith(deployment + "-", id, StringComparison.Ordinal);
        return int.Parse(id[(deployment.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
