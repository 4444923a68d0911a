using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth;

/// <summary>Who may do what: every operation, asked for by everybody.</summary>
public sealed class RoleMatrixTests
{
    private const string NewConfig = """{"name": "a"}""";
    private const string NewDeployment = """{"config_id": "$CONFIG", "server_id": "a-server"}""";

    private readonly Project _project = ServiceApp.NewProject();
    private readonly Project _other = ServiceApp.NewProject();

    [Theory]
    // The answers to: reader, member, admin, the server's agent, another server's agent, another project's member, nobody.
    [InlineData("GET", "software_configs", null, "200 200 200 403 403 403 401")]
    [InlineData("GET", "software_configs/$CONFIG", null, "200 200 200 403 403 403 401")]
    [InlineData("POST", "software_configs", NewConfig, "403 200 200 403 403 403 401")]
    [InlineData("DELETE", "software_configs/$UNUSED", null, "403 204 204 403 403 403 401")]
    [InlineData("GET", "software_deployments", null, "200 200 200 403 403 403 401")]
    [InlineData("GET", "software_deployments?server_id=a-server", null, "200 200 200 403 403 403 401")]
    [InlineData("POST", "software_deployments", NewDeployment, "403 200 200 403 403 403 401")]
    [InlineData("GET", "software_deployments/$DEPLOYMENT", null, "200 200 200 200 403 403 401")]
    [InlineData("PUT", "software_deployments/$DEPLOYMENT", "{}", "403 200 200 200 403 403 401")]
    [InlineData("PUT", "software_deployments/$DEPLOYMENT", """{"status": "x"}""", "403 400 400 400 400 403 401")]
    [InlineData("PUT", "software_deployments/$DEPLOYMENT", """{"config_id": "$CONFIG"}""", "403 200 200 200 403 403 401")]
    [InlineData("PUT", "software_deployments/$DEPLOYMENT", """{"config_id": "$UNUSED"}""", "403 200 200 403 403 403 401")]
    [InlineData("PUT", "software_deployments/unknown", "{}", "403 404 404 404 404 403 401")]
    [InlineData("DELETE", "software_deployments/$DEPLOYMENT", null, "403 204 204 403 403 403 401")]
    [InlineData("GET", "software_deployments/$DEPLOYMENT/events", null, "200 200 200 200 403 403 401")]
    [InlineData("GET", "software_deployments/unknown/events", null, "404 404 404 404 404 403 401")]
    [InlineData("GET", "events?last_event_id=x", null, "400 400 400 403 403 403 401")]
    [InlineData("GET", "software_deployments/metadata/a-server", null, "200 200 200 200 403 403 401")]
    [InlineData("GET", "software_deployments/metadata/a-server/", null, "200 200 200 200 403 403 401")]
    [InlineData("GET", "software_deployments/metadata/nobody", null, "200 200 200 403 403 403 401")]
    [InlineData("POST", "software_deployments/$DEPLOYMENT/run", null, "403 200 200 403 403 403 401")]
    [InlineData("POST", "software_deployments/$DEPLOYMENT/signal", "{}", "403 200 200 200 403 403 401")]
    [InlineData("POST", "software_deployments/unknown/signal", "{}", "403 404 404 404 404 403 401")]
    [InlineData("POST", "servers/a-server/agent_url", "{}", "403 200 200 403 403 403 401")]
    // With the server go the tokens of its agent.
    [InlineData("DELETE", "servers/a-server?deployments=fail", null, "403 204 204 401 403 403 401")]
    [InlineData("DELETE", "servers/nobody", null, "403 404 404 403 403 403 401")]
    [InlineData("GET", "rollouts", null, "200 200 200 403 403 403 401")]
    [InlineData("GET", "rollouts?by=config", null, "200 200 200 403 403 403 401")]
    [InlineData("POST", "rollouts", """{"name": "n"}""", "403 400 400 403 403 403 401")]
    [InlineData("GET", "rollouts/unknown", null, "404 404 404 403 403 403 401")]
    [InlineData("GET", "rollouts/unknown/servers", null, "404 404 404 403 403 403 401")]
    [InlineData("GET", "rollouts/unknown/events", null, "404 404 404 403 403 403 401")]
    [InlineData("GET", "rollouts/unknown/wait", null, "404 404 404 403 403 403 401")]
    [InlineData("POST", "rollouts/unknown/pause", null, "403 404 404 403 403 403 401")]
    [InlineData("POST", "rollouts/unknown/resume", null, "403 404 404 403 403 403 401")]
    [InlineData("POST", "rollouts/unknown/next", null, "403 404 404 403 403 403 401")]
    [InlineData("POST", "rollouts/unknown/abort", null, "403 404 404 403 403 403 401")]
    [InlineData("POST", "rollouts/unknown/retry", null, "403 404 404 403 403 403 401")]
    [InlineData("GET", "build_info", null, "200 200 200 200 200 403 401")]
    [InlineData("POST", "validate", "{}", "403 200 200 403 403 403 401")]
    [InlineData("GET", "usage", null, "200 200 200 403 403 403 401")]
    [InlineData("GET", "audit", null, "403 403 200 403 403 403 401")]
    [InlineData("GET", "quotas", null, "403 403 200 403 403 403 401")]
    [InlineData("PUT", "quotas", "{}", "403 403 200 403 403 403 401")]
    [InlineData("DELETE", "quotas", null, "403 403 204 403 403 403 401")]
    [InlineData("GET", "tokens", null, "403 403 200 403 403 403 401")]
    [InlineData("POST", "tokens", """{"name": "n", "role": "reader"}""", "403 403 200 403 403 403 401")]
    [InlineData("DELETE", "tokens/$TOKEN", null, "403 403 204 403 403 403 401")]
    public async Task Everybody_gets_the_answer_of_the_role(string method, string path, string? body, string answers)
    {
        string[] callers =
        [
            await _project.TokenAsync("reader"), await _project.MemberTokenAsync(), ServiceApp.AdminToken,
            await _project.TokenAsync("agent", "a-server"), await _project.TokenAsync("agent", "another-server"), await _other.MemberTokenAsync(), "nobody",
        ];
        var received = new List<Answer>();
        foreach (var caller in callers)
        {
            // New for each caller: what one has deleted, the next one cannot ask for.
            var config = await _project.ConfigAsync();
            var names = new Dictionary<string, string>
            {
                ["$CONFIG"] = config,
                ["$UNUSED"] = await _project.ConfigAsync(),
                ["$DEPLOYMENT"] = await _project.DeploymentAsync("a-server", config),
                ["$TOKEN"] = (await _project.SendAsync("POST", "tokens", """{"name": "n", "role": "reader"}""", ServiceApp.AdminToken)).String("token", "id")!,
            };
            received.Add(await _project.SendAsync(method, Fill(path, names), body is null ? null : Fill(body, names), caller));
        }

        Assert.Equal(answers, string.Join(' ', received.Select(answer => answer.Status)));
        Assert.All(received.Where(answer => answer.Status >= 400), answer => answer.AssertRefused(answer.Status));
    }

    [Fact]
    public async Task What_is_of_another_project_is_as_unknown_as_what_never_was()
    {
        var config = await _project.ConfigAsync();
        var deployment = await _project.DeploymentAsync("a-server", config);
        var own = await _other.DeploymentAsync("a-server");

        Assert.Equal($"Deployment with id {deployment} not found", (await _other.SendAsync("GET", $"software_deployments/{deployment}")).AssertRefused(404));
        (await _other.SendAsync("PUT", $"software_deployments/{deployment}", """{"status": "FAILED"}""")).AssertRefused(404);
        (await _other.SendAsync("DELETE", $"software_deployments/{deployment}")).AssertRefused(404);
        (await _other.SendAsync("GET", $"software_configs/{config}")).AssertRefused(404);
        (await _other.SendAsync("DELETE", $"software_configs/{config}")).AssertRefused(404);
        var unknown = $"config_id: no software config with id {config} is in this project.";
        Assert.Equal(unknown, (await _other.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "s"}""")).AssertRefused(400));
        Assert.Equal(unknown, (await _other.SendAsync("PUT", $"software_deployments/{own}", $$"""{"config_id": "{{config}}"}""")).AssertRefused(400));
        Assert.Equal("IN_PROGRESS", (await _project.SendAsync("GET", $"software_deployments/{deployment}")).String("software_deployment", "status"));
        // The admin goes everywhere, and finds it only where it is.
        Assert.Equal(200, (await _project.SendAsync("GET", $"software_deployments/{deployment}", token: ServiceApp.AdminToken)).Status);
        (await _other.SendAsync("GET", $"software_deployments/{deployment}", token: ServiceApp.AdminToken)).AssertRefused(404);
        var metadata = await _other.SendAsync("GET", "software_deployments/metadata/a-server");
        Assert.DoesNotContain(config, metadata.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b", "a%2Fb", 200)]
    [InlineData("a/b", "a%2fb", 200)]
    [InlineData("a/b", "a%2Fb?x=/c", 200)]
    [InlineData("a/b", "a%252Fb", 403)]
    [InlineData("a%2Fb", "a%252Fb", 200)]
    [InlineData("a%2Fb", "a%2Fb", 403)]
    [InlineData("a b", "a%20b", 200)]
    [InlineData("a+b", "a+b", 200)]
    [InlineData("a b", "a+b", 403)]
    [InlineData("a?b#c", "a%3Fb%23c", 200)]
    [InlineData("é😀", "%C3%A9%F0%9F%98%80", 200)]
    [InlineData("a", "A", 403)]
    [InlineData("b", "a/../b", 200)]
    [InlineData("b", "a%2F..%2Fb", 403)]
    public async Task An_agent_asks_for_its_server_by_its_exact_id(string server, string path, int status)
    {
        var config = await _project.ConfigAsync();
        await _project.DeploymentAsync(server, config);

        var answer = await _project.App.SendRawAsync(
            "GET", $"/v1/{_project.Id}/software_deployments/metadata/{path}", [$"X-Auth-Token: {await _project.TokenAsync("agent", server)}"]);

        Assert.Equal(status, answer.Status);
        if (status == 200)
        {
            Assert.Equal(config, answer.String("metadata", 0, "id"));
        }
    }

    private static string Fill(string text, Dictionary<string, string> names) => names.Aggregate(text, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));
}
