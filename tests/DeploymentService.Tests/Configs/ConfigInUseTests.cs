using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Configs;

/// <summary>A config stays as long as a deployment needs it.</summary>
public sealed class ConfigInUseTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_config_that_a_deployment_uses_cannot_be_deleted()
    {
        var config = await _project.ConfigAsync();
        await _project.DeploymentAsync(configId: config);

        var answer = await _project.SendAsync("DELETE", $"software_configs/{config}");

        Assert.Equal(409, answer.Status);
        Assert.Equal($"Software config with id {config} can not be deleted as it is referenced.", answer.Message);
        Assert.Equal(200, (await _project.SendAsync("GET", $"software_configs/{config}")).Status);
    }

    [Fact]
    public async Task A_config_that_a_server_was_given_stays_also_when_the_deployment_says_another()
    {
        var given = await _project.ConfigAsync();
        var id = await _project.DeploymentAsync(configId: given);
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/signal", """{"deploy_status_code": 0}""")).Status);
        await ReplaceAsync(id);

        Assert.Equal(409, (await _project.SendAsync("DELETE", $"software_configs/{given}")).Status);
    }

    [Fact]
    public async Task A_config_that_no_server_can_get_any_more_can_be_deleted()
    {
        var never = await _project.ConfigAsync();
        var id = await _project.DeploymentAsync(configId: never);
        await ReplaceAsync(id);

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{never}")).Status);
        Assert.Equal(404, (await _project.SendAsync("DELETE", $"software_configs/{never}")).Status);
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/run")).Status);
    }

    /// <summary>Gives a deployment another config and leaves it at its end.</summary>
    private async Task ReplaceAsync(string id)
    {
        var another = await _project.ConfigAsync();
        Assert.Equal(200, (await _project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"config_id": "{{another}}", "status": "COMPLETE"}""")).Status);
    }
}
