using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth;

/// <summary>A token in a project that is not its own.</summary>
public sealed class ForeignProjectTests
{
    [Fact]
    public async Task The_refusal_says_that_the_project_is_the_matter_and_not_the_role()
    {
        var own = ServiceApp.NewProject();
        var other = ServiceApp.NewProject();

        var answer = await other.SendAsync("GET", "software_deployments", token: await own.MemberTokenAsync());

        Assert.Equal(403, answer.Status);
        Assert.Equal("HTTPForbidden", answer.Json["error"]!["type"]!.GetValue<string>());
        Assert.Contains("another project", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_does_not_suffice_is_told_the_operation()
    {
        var project = ServiceApp.NewProject();

        var answer = await project.SendAsync("POST", "software_configs", "{}", await project.TokenAsync("reader"));

        Assert.Equal(403, answer.Status);
        Assert.Equal("You are not authorized to use software_configs:create.", answer.Message);
    }
}
