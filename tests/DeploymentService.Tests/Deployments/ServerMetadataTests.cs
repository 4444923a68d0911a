using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Deployments;

/// <summary>What the agent of a server fetches.</summary>
public sealed class ServerMetadataTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Configs_come_in_the_order_of_their_names_one_a_deployment()
    {
        string?[] names = ["b", "a", "é", "B", "10", "9", null, "", "a", "😀"];
        foreach (var name in names)
        {
            var quoted = name is null ? "null" : WireText.Quoted(name);
            await _project.DeploymentAsync("a-server", await _project.ConfigAsync($$"""{"name": {{quoted}} }"""));
        }

        var twice = await _project.ConfigAsync("""{"name": "c"}""");
        await _project.DeploymentAsync("a-server", twice);
        await _project.DeploymentAsync("a-server", twice);
        await _project.DeploymentAsync("another-server", twice);

        var metadata = await _project.SendAsync("GET", "software_deployments/metadata/a-server");

        Assert.Equal(
            [null, "", "10", "9", "B", "a", "a", "b", "c", "c", "é", "😀"],
            metadata.Json["metadata"]!.AsArray().Select(config => config!["name"]?.GetValue<string>()));
    }

    [Fact]
    public async Task A_server_without_deployments_has_none() =>
        Assert.Equal("""{"metadata":[]}""", (await _project.SendAsync("GET", "software_deployments/metadata/nobody")).Text);
}
