using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>The signal with a token: the same rules, and the deployment as the answer.</summary>
public sealed class TokenSignalTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("member")]
    [InlineData("agent")]
    public async Task It_is_about_the_execution_of_now_and_answers_with_the_deployment(string role)
    {
        var deployment = await _project.DeploymentAsync();
        await _project.SendAsync("POST", $"software_deployments/{deployment}/run");
        var token = await _project.TokenAsync(role, role == "agent" ? "a-server" : null);

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", """{"deploy_status_code": 2}""", token);

        Assert.Equal(200, answer.Status);
        Assert.Equal("FAILED", answer.Json["software_deployment"]!["status"]!.GetValue<string>());
        Assert.Equal(answer.Text, (await _project.SendAsync("GET", $"software_deployments/{deployment}")).Text);
    }

    [Fact]
    public async Task A_late_one_answers_with_the_deployment_as_it_is()
    {
        var deployment = await _project.DeploymentAsync();
        var ended = await _project.SendAsync("PUT", $"software_deployments/{deployment}", """{"status": "COMPLETE"}""");

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", """{"deploy_status_code": 2}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(ended.Text, answer.Text);
    }

    [Theory]
    [InlineData("reader", null)]
    [InlineData("agent", "another-server")]
    public async Task It_is_not_for_everybody(string role, string? server)
    {
        var deployment = await _project.DeploymentAsync();

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", "{}", await _project.TokenAsync(role, server));

        Assert.Equal(403, answer.Status);
        Assert.Equal("You are not authorized to use software_deployments:signal.", answer.Message);
    }

    [Fact]
    public async Task A_deployment_of_another_project_is_not_found()
    {
        var deployment = await ServiceApp.NewProject().DeploymentAsync();

        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", "{}");

        Assert.Equal(404, answer.Status);
        Assert.Equal($"Deployment with id {deployment} not found", answer.Message);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_told_what_belongs_there()
    {
        var deployment = await _project.DeploymentAsync();

        Assert.Equal(415, (await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", "<a/>", contentType: "application/xml")).Status);
        Assert.Equal(400, (await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", "[]")).Status);
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{deployment}/signal")).Status);
    }
}
