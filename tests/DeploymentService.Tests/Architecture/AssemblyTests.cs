using DeploymentService.Auth;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Architecture;

/// <summary>The rules of the house that only the built program shows.</summary>
public sealed class AssemblyTests
{
    [Fact]
    public void No_class_has_the_name_of_everything() =>
        Assert.DoesNotContain(typeof(Program).Assembly.GetTypes(), type => type.Name == "DeploymentService");

    [Fact]
    public void Every_endpoint_of_a_project_says_who_may_use_it()
    {
        var endpoints = ServiceApp.Shared.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/{project_id", StringComparison.OrdinalIgnoreCase))
            .ToList();

        Assert.NotEmpty(endpoints);
        Assert.All(endpoints, endpoint =>
        {
            var operation = Assert.Single(endpoint.Metadata.OfType<Permission>());
            Assert.Contains(operation, endpoint.Metadata.OfType<AuthorizationPolicy>().SelectMany(policy => policy.Requirements));
            Assert.Empty(endpoint.Metadata.OfType<IAllowAnonymous>());
        });
    }
}
