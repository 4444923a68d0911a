using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Deployments;

/// <summary>The update call: what an agent reports is stored, and comes back.</summary>
public sealed class UpdateDeploymentTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_documented_report_is_stored_and_answered()
    {
        var id = await _project.DeploymentAsync();
        const string outputs = """{"deploy_stdout": "Written\n", "deploy_status_code": 0, "result": "ok"}""";

        var put = await _project.SendAsync("PUT", $"software_deployments/{id}",
            $$"""{"status": "COMPLETE", "output_values": {{outputs}}, "status_reason": "Outputs received"}""");

        Assert.Equal(200, put.Status);
        Assert.Contains(outputs, put.Text, StringComparison.Ordinal);
        var show = await _project.SendAsync("GET", $"software_deployments/{id}");
        Assert.Equal(put.Text, show.Text);
        Assert.Equal("COMPLETE", show.Json["software_deployment"]!["status"]!.GetValue<string>());
    }
}
