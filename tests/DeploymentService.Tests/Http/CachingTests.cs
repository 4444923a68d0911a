using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>Nothing that depends on who asks is kept by a cache, whatever is answered.</summary>
public sealed class CachingTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("GET", "/v1/$PROJECT/software_deployments", 200)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments?detail=true", 200)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments/$DEPLOYMENT", 200)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments/$DEPLOYMENT/events", 200)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments/summary", 200)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments/wait?timeout=1", 408)]
    [InlineData("GET", "/v1/$PROJECT/software_configs", 200)]
    [InlineData("GET", "/v1/$PROJECT/servers", 200)]
    [InlineData("GET", "/v1/$PROJECT/caller", 200)]
    [InlineData("GET", "/v1/$PROJECT/tokens", 200)]
    [InlineData("GET", "/v1/$PROJECT/build_info", 200)]
    [InlineData("PUT", "/v1/$PROJECT/software_deployments/$DEPLOYMENT", 200)]
    [InlineData("DELETE", "/v1/$PROJECT/software_deployments/$DEPLOYMENT", 204)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments?limit=x", 400)]
    [InlineData("GET", "/v1/$PROJECT/software_deployments/unknown", 404)]
    [InlineData("GET", "/v1/$PROJECT/nothing", 404)]
    [InlineData("PATCH", "/v1/$PROJECT/software_deployments/$DEPLOYMENT", 405)]
    [InlineData("GET", "/v1", 200)]
    [InlineData("GET", "/v3", 200)]
    [InlineData("GET", "/v3/auth/tokens", 400)]
    [InlineData("GET", "/v3/nothing", 404)]
    [InlineData("GET", "/agent/$PROJECT/a/0.0/x", 404)]
    [InlineData("PUT", "/signal/$PROJECT/a/1/x", 404)]
    [InlineData("GET", "/healthcheck", 200)]
    public async Task No_answer_may_be_kept(string method, string path, int status)
    {
        path = path.Replace("$PROJECT", _project.Id, StringComparison.Ordinal).Replace("$DEPLOYMENT", await _project.DeploymentAsync(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-Auth-Token", ServiceApp.AdminToken);
        request.Content = method == "PUT" ? new StringContent("{}") : null;

        var answer = await _project.App.SendAsync(request);

        Assert.Equal(status, answer.Status);
        Assert.Equal("no-store", answer.Headers["cache-control"]);
    }

    [Theory]
    [InlineData("nobody", 401)]
    [InlineData("$OTHER", 403)]
    public async Task Neither_may_a_denial(string token, int status)
    {
        token = token.Replace("$OTHER", await ServiceApp.NewProject().MemberTokenAsync(), StringComparison.Ordinal);

        var answer = await _project.SendAsync("GET", "software_deployments", token: token);

        Assert.Equal(status, answer.Status);
        Assert.Equal("no-store", answer.Headers["cache-control"]);
    }
}
