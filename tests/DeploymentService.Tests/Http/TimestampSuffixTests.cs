using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>Times are what the clients of the place can read.</summary>
public sealed class TimestampSuffixTests
{
    [Theory]
    [InlineData("", "Z")]
    [InlineData("z", "Z")]
    [InlineData("+00:00", "\\+00:00")]
    [InlineData("none", "")]
    public async Task The_setting_is_behind_each_time(string setting, string suffix)
    {
        await using var app = new ServiceApp(new() { ["Api:TimestampSuffix"] = setting });
        app.StartServer();
        var project = new Project(app);
        var id = await project.DeploymentAsync();

        var answer = await project.SendAsync("PUT", $"software_deployments/{id}", "{}");

        var time = $"^[0-9-]{{10}}T[0-9:]{{8}}{suffix}$";
        Assert.Matches(time, answer.Json["software_deployment"]!["creation_time"]!.GetValue<string>());
        Assert.Matches(time, answer.Json["software_deployment"]!["updated_time"]!.GetValue<string>());
    }
}
