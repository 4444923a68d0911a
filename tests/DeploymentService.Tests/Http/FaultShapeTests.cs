using DeploymentService.Deployments;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Http;

/// <summary>One shape of refusal on every path, and on every answer the id by which the log knows it.</summary>
public sealed class FaultShapeTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("GET", "/nope", 404)]
    [InlineData("POST", "/nope/nope", 404)]
    [InlineData("GET", "/favicon.ico", 404)]
    [InlineData("POST", "/", 405, "GET")]
    [InlineData("DELETE", "/v1", 405, "GET")]
    [InlineData("POST", "/healthcheck", 405, "GET")]
    [InlineData("GET", "/v1/p/software_configs", 401)]
    [InlineData("PUT", "/v1/p/software_deployments/x", 401)]
    [InlineData("POST", "/v1/p/tokens", 401)]
    [InlineData("GET", "/v1/p/build_info", 401)]
    [InlineData("POST", "/v1/p/validate", 401)]
    public async Task Every_path_refuses_in_the_same_shape(string method, string path, int status, string? allow = null)
    {
        var answer = await _project.App.SendRawAsync(method, path);

        answer.AssertRefused(status);
        Assert.Equal(allow, answer.Headers.GetValueOrDefault("allow") is { } methods ? string.Join(',', methods.Split(',').Order(StringComparer.Ordinal)) : null);
    }

    [Theory]
    [InlineData("GET", "", 404)]
    [InlineData("GET", "nope", 404)]
    [InlineData("PUT", "software_deployments/metadata/x/y", 404)]
    [InlineData("PUT", "software_deployments", 405, "GET,POST")]
    [InlineData("PATCH", "software_deployments/x", 405, "DELETE,GET,PUT")]
    [InlineData("POST", "software_deployments/x", 405, "DELETE,GET,PUT")]
    [InlineData("PUT", "software_configs/x", 405, "DELETE,GET")]
    [InlineData("POST", "software_deployments/metadata/x", 405, "GET")]
    [InlineData("PUT", "tokens", 405, "GET,POST")]
    [InlineData("GET", "tokens/x", 405, "DELETE")]
    [InlineData("GET", "validate", 405, "POST")]
    [InlineData("TRACE", "software_configs", 405, "GET,POST")]
    [InlineData("BREW", "software_configs", 405, "GET,POST")]
    public async Task What_a_project_does_not_have_is_told_to_its_callers_and_to_nobody_else(string method, string path, int status, string? allow = null)
    {
        var target = $"/v1/{_project.Id}/{path}";
        var told = await _project.App.SendRawAsync(method, target, [$"X-Auth-Token: {await _project.MemberTokenAsync()}"]);
        told.AssertRefused(status);
        Assert.Equal(allow, told.Headers.GetValueOrDefault("allow") is { } methods ? string.Join(',', methods.Split(',').Order(StringComparer.Ordinal)) : null);

        foreach (var headers in new string[][] { [], ["X-Auth-Token: nobody"], ["X-Auth-Token: "], ["Authorization: Bearer nobody"] })
        {
            var stranger = await _project.App.SendRawAsync(method, target, headers);
            stranger.AssertRefused(401);
            Assert.DoesNotContain("allow", stranger.Headers.Keys);
        }
    }

    [Theory]
    [InlineData("/v1/p/software_deployments", "GET,POST")]
    [InlineData("/v1/p/software_deployments/x", "DELETE,GET,PUT")]
    [InlineData("/v1/p/software_configs/x", "DELETE,GET")]
    public async Task Options_are_the_methods_of_a_path(string path, string methods)
    {
        var answer = await _project.App.SendRawAsync("OPTIONS", path);

        Assert.Equal(204, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.Equal(methods, string.Join(',', answer.Headers["allow"].Split(',').Order(StringComparer.Ordinal)));
        answer.AssertHasRequestId();
    }

    [Theory]
    [InlineData("/v1/p/software_deployments/x", 401)]
    [InlineData("/v1/p/nope", 401)]
    [InlineData("/v1/bad!id/software_deployments", 404)]
    [InlineData("/nope", 404)]
    public async Task An_answer_to_head_has_no_body(string path, int status)
    {
        var answer = await _project.App.SendRawAsync("HEAD", path);

        Assert.Equal(status, answer.Status);
        Assert.Equal("", answer.Text);
        answer.AssertHasRequestId();
    }

    [Theory]
    [InlineData("GET", "software_deployments/nope", "Deployment with id nope not found")]
    [InlineData("PUT", "software_deployments/nope", "Deployment with id nope not found")]
    [InlineData("DELETE", "software_deployments/nope", "Deployment with id nope not found")]
    [InlineData("GET", "software_configs/nope", "Software config with id nope not found")]
    [InlineData("DELETE", "software_configs/nope", "Software config with id nope not found")]
    public async Task What_is_not_there_is_named(string method, string path, string message)
    {
        var answer = await _project.SendAsync(method, path, method == "PUT" ? "{}" : null);

        Assert.Equal(message, answer.AssertRefused(404));
        Assert.Equal("NotFound", answer.Type());
    }

    [Fact]
    public async Task A_broken_body_is_refused_before_the_id_is_looked_up_and_a_wrong_field_after()
    {
        (await _project.SendAsync("PUT", "software_deployments/nope", "{")).AssertRefused(400);
        (await _project.SendAsync("PUT", "software_deployments/nope", """{"status": "x"}""")).AssertRefused(404);
    }

    [Fact]
    public async Task Every_success_has_a_request_id_of_its_own()
    {
        var answers = new List<Answer>
        {
            await _project.SendAsync("POST", "software_configs", "{}"),
            await _project.SendAsync("GET", "software_configs"),
            await _project.SendAsync("GET", "build_info"),
            await _project.App.SendRawAsync("GET", "/"),
            await _project.App.SendRawAsync("GET", "/v1"),
            await _project.App.SendRawAsync("GET", "/healthcheck", ["X-OpenStack-Request-Id: req-00000000-0000-0000-0000-000000000000"]),
        };

        Assert.All(answers, answer => answer.AssertHasRequestId());
        Assert.DoesNotContain(answers, answer => answer.Headers["x-openstack-request-id"].EndsWith("-000000000000", StringComparison.Ordinal));
        Assert.Equal(answers.Count, answers.Select(answer => answer.Headers["x-openstack-request-id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_fault_of_the_service_tells_the_client_nothing_of_its_inside()
    {
        await using var app = new ServiceApp(replace: services => services.AddSingleton<IDeploymentStore>(_ => throw new InvalidOperationException("inside")));
        var project = new Project(app);

        var answer = await project.SendAsync("GET", "software_deployments");

        Assert.DoesNotContain("inside", answer.AssertRefused(500).Replace("inside the service", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
    }
}
