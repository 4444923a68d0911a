using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Discovery;

/// <summary>Paths that name a version of the API.</summary>
public sealed class VersionPathTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("/")]
    [InlineData("/versions")]
    [InlineData("/v2")]
    [InlineData("/v2.0/")]
    [InlineData("/v1.1/a-project/software_configs")]
    [InlineData("/v11/a-project/software_configs")]
    public async Task A_version_that_is_not_there_is_answered_with_those_that_are(string path)
    {
        var answer = await GetAsync(path);

        Assert.Equal(300, answer.Status);
        Assert.Equal("v1.0", answer.Json["versions"]![0]!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1.0")]
    [InlineData("/v1.0/")]
    public async Task The_version_that_is_there_describes_itself(string path)
    {
        var answer = await GetAsync(path);

        Assert.Equal(200, answer.Status);
        Assert.Equal("CURRENT", answer.Json["version"]!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/v1x/a-project")]
    [InlineData("/version")]
    public async Task A_path_that_leads_nowhere_is_not_found(string path)
    {
        var answer = await GetAsync(path);

        Assert.Equal(404, answer.Status);
        Assert.Equal("HTTPNotFound", answer.Json["error"]!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("GET", "validate", "POST")]
    [InlineData("GET", "tokens/an-id", "DELETE")]
    [InlineData("DELETE", "software_configs", "GET,POST")]
    public async Task A_method_that_a_path_does_not_take_is_answered_with_those_that_it_does(string method, string path, string allowed)
    {
        var answer = await _project.SendAsync(method, path);

        Assert.Equal(405, answer.Status);
        Assert.Equal(allowed, answer.Headers["allow"]);
    }

    private static async Task<Answer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await ServiceApp.Shared.SendAsync(request);
    }
}
