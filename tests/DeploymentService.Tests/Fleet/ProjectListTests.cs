using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Which projects somebody may look at.</summary>
public sealed class ProjectListTests
{
    [Fact]
    public async Task An_admin_of_all_projects_sees_those_that_have_something()
    {
        var (used, unused) = (ServiceApp.NewProject(), ServiceApp.NewProject());
        await used.DeploymentAsync();

        var projects = await ListAsync(unused, ServiceApp.AdminToken);

        Assert.Contains(used.Id, projects);
        Assert.DoesNotContain(unused.Id, projects);
        Assert.Equal(projects.Order(StringComparer.Ordinal), projects);
    }

    [Theory]
    [InlineData("reader")]
    [InlineData("member")]
    public async Task Everybody_else_sees_their_own(string role)
    {
        var (project, other) = (ServiceApp.NewProject(), ServiceApp.NewProject());
        await other.DeploymentAsync();

        Assert.Equal([project.Id], await ListAsync(project, await project.TokenAsync(role)));
    }

    [Fact]
    public async Task An_agent_sees_none()
    {
        var project = ServiceApp.NewProject();

        Assert.Equal(403, (await project.SendAsync("GET", "projects", token: await project.TokenAsync("agent", "a-server"))).Status);
    }

    private static async Task<List<string>> ListAsync(Project project, string token)
    {
        var answer = await project.SendAsync("GET", "projects", token: token);
        Assert.Equal(200, answer.Status);
        return [.. answer.Json["projects"]!.AsArray().Select(entry => entry!["id"]!.GetValue<string>())];
    }
}
