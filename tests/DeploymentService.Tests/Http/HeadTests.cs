using System.Text.RegularExpressions;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Http;

/// <summary>HEAD is answered wherever GET is, with the same status and headers, without a body, and without what a GET does beyond its answer.</summary>
public sealed partial class HeadTests
{
    private readonly Project _project = ServiceApp.NewProject();

    public static TheoryData<string> Paths { get; } =
    [
        "/", "/v1", "/v1/", "/v2", "/healthcheck", "/v3", "/v3/auth/tokens", "/nope", "/v1/bad!/x",
        "/dashboard", "/dashboard/", "/dashboard/app.js", "/dashboard/nope",
        "/swagger", "/swagger/index.html", "/swagger/index.js", "/swagger/page.js", "/swagger/swagger-ui.css", "/swagger/v1/swagger.json", "/swagger/nope",
        "$", "$/nope", "$/software_configs", "$/software_configs?limit=1", "$/software_configs?limit=x", "$/software_configs/$C", "$/software_configs/x",
        "$/software_deployments", "$/software_deployments?status=IN_PROGRESS&detail=true", "$/software_deployments/$D", "$/software_deployments/$D?detail=true",
        "$/software_deployments/x", "$/software_deployments/$D/events", "$/software_deployments/metadata/a-server", "$/software_deployments/summary",
        "$/servers", "$/tokens", "$/tokens/x", "$/caller", "$/build_info", "$/validate", "$AGENT", "$AGENTx", "/signal/p/x/1/y",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_headers_are_those_of_get_and_there_is_no_body(string path)
    {
        var deployment = await _project.DeploymentAsync();
        var config = (await _project.SendAsync("GET", $"software_deployments/{deployment}")).String("software_deployment", "config_id");
        var target = path.Replace("$AGENT", path.Contains("$AGENT", StringComparison.Ordinal) ? new Uri((await Agent.OfAsync(_project)).Url).AbsolutePath : "", StringComparison.Ordinal)
            .Replace("$C", config, StringComparison.Ordinal).Replace("$D", deployment, StringComparison.Ordinal).Replace("$", $"/v1/{_project.Id}", StringComparison.Ordinal);

        foreach (var token in new[] { ServiceApp.AdminToken, "nobody" })
        {
            await AssertSameAsync(target, token);
        }
    }

    [Fact]
    public async Task No_route_is_without_it()
    {
        var routes = _project.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(route => "/" + Parameter().Replace(route.RoutePattern.RawText!.Trim('/').Replace("{project_id:project}", _project.Id, StringComparison.Ordinal), "x"))
            // Of the stream and of what waits there are tests below.
            .Where(path => !path.EndsWith($"{_project.Id}/events", StringComparison.Ordinal) && !path.EndsWith("/wait", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(routes);
        foreach (var path in routes)
        {
            await AssertSameAsync(path, ServiceApp.AdminToken);
        }
    }

    [Theory]
    [InlineData("software_deployments/$D?wait=300")]
    [InlineData("software_deployments?status=IN_PROGRESS&wait=300")]
    public async Task It_never_waits(string path)
    {
        var id = await _project.DeploymentAsync();

        // The client of the tests gives up long before.
        var head = await _project.App.SendRawAsync("HEAD", $"/v1/{_project.Id}/{path.Replace("$D", id, StringComparison.Ordinal)}", [$"X-Auth-Token: {await _project.MemberTokenAsync()}"]);

        Assert.Equal(200, head.Status);
        Assert.NotEqual("0", head.Headers["content-length"]);
    }

    [Fact]
    public async Task The_stream_is_its_headers_and_ends()
    {
        var head = await _project.App.SendRawAsync("HEAD", $"/v1/{_project.Id}/events", [$"X-Auth-Token: {await _project.MemberTokenAsync()}"]);

        Assert.Equal(200, head.Status);
        Assert.Equal("text/event-stream", head.Headers["content-type"]);
        Assert.DoesNotContain("content-length", head.Headers.Keys);
    }

    [Fact]
    public async Task It_is_no_fetch()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project, "a-server");
        var token = await _project.TokenAsync("agent", "a-server");

        await _project.App.SendRawAsync("HEAD", new Uri(agent.Url).AbsolutePath);
        await _project.App.SendRawAsync("HEAD", $"/v1/{_project.Id}/software_deployments/metadata/a-server", [$"X-Auth-Token: {token}"]);

        // Behind an event that came after both.
        await _project.SendAsync("PUT", $"software_deployments/{id}", "{}");
        var history = await _project.SendAsync("GET", $"software_deployments/{id}/events");
        Assert.DoesNotContain("fetched", history.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head")]
    [InlineData("Head")]
    public async Task A_method_is_spelled_to_the_letter(string method) =>
        (await _project.App.SendRawAsync(method, "/v1")).AssertRefused(405);

    [Fact]
    public async Task A_connection_goes_on_behind_it()
    {
        var answers = await _project.App.SendBytesAsync(
            "HEAD /v1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /healthcheck HTTP/1.1\r\nHost: a\r\n\r\nGET /v1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());

        // What follows the headers of the first is the second.
        Assert.StartsWith("HTTP/1.1 200 OK", answers.Text, StringComparison.Ordinal);
        Assert.Equal(1, answers.Text.Split("CURRENT").Length - 1);
    }

    private async Task AssertSameAsync(string target, string token)
    {
        var get = await _project.App.SendRawAsync("GET", target, [$"X-Auth-Token: {token}"]);
        var head = await _project.App.SendRawAsync("HEAD", target, [$"X-Auth-Token: {token}"]);

        Assert.Equal((target, get.Status), (target, head.Status));
        Assert.Equal("", head.Text);
        Assert.Equal(Comparable(get), Comparable(head));
        head.AssertHasRequestId();
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    private static IEnumerable<string> Comparable(Answer answer) => answer.Headers
        .Where(header => header.Key is not ("date" or "x-openstack-request-id" or "transfer-encoding"))
        .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}");
}
