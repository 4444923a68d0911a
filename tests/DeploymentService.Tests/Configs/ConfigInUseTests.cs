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
}
