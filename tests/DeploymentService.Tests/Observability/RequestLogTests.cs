using System.Text;
using DeploymentService.Deployments;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Events;

namespace DeploymentService.Tests.Observability;

/// <summary>The log says of each request what it was and how it ended, and never what was in it.</summary>
public sealed class RequestLogTests(LoggedApp logged) : IClassFixture<LoggedApp>
{
    private readonly CapturedLog _log = logged.Log;
    private readonly ServiceApp _app = logged.App;
    private readonly Project _project = new(logged.App);

    [Theory]
    [InlineData("GET", "software_configs", null, 200, "/v1/{project_id}/software_configs")]
    [InlineData("POST", "software_configs", "{}", 200, "/v1/{project_id}/software_configs")]
    [InlineData("POST", "software_configs", "{", 400, "/v1/{project_id}/software_configs")]
    [InlineData("GET", "software_deployments/secret-in-the-path", null, 404, "/v1/{project_id}/software_deployments/{deployment_id}")]
    [InlineData("GET", "software_deployments/metadata/secret-in-the-path?token=secret-in-the-query", null, 200, "/v1/{project_id}/software_deployments/metadata/{server_id}")]
    public async Task A_request_is_one_event_that_says_all_but_its_content(string method, string path, string? body, int status, string route)
    {
        var answer = await _project.SendAsync(method, path, body);

        var logged = await OnlyEventAsync(answer);
        Assert.Equal(status, answer.Status);
        Assert.Equal(LogEventLevel.Information, logged.Level);
        Assert.Equal(method, CapturedLog.Value(logged, "Method"));
        Assert.Equal(route, CapturedLog.Value(logged, "Route"));
        Assert.Equal(status, CapturedLog.Value(logged, "Status"));
        Assert.Equal(_project.Id, CapturedLog.Value(logged, "Project"));
        Assert.Equal("member-of-a-test", CapturedLog.Value(logged, "Token"));
        Assert.InRange((double)CapturedLog.Value(logged, "Milliseconds")!, 0, 60_000);
        AssertSilentAbout("secret-in-the-path", "secret-in-the-query");
    }

    [Fact]
    public async Task A_request_of_nobody_is_logged_without_what_it_carried()
    {
        var answer = await _app.SendRawAsync("PUT", $"/v1/{_project.Id}/software_deployments/secret-id?X-Auth-Token=secret-query",
            ["X-Auth-Token: secret-token", "Authorization: Bearer secret-bearer", "User-Agent: secret-agent", "Cookie: secret=cookie"], "{\"status\": \"secret-body\"}"u8.ToArray());

        var logged = await OnlyEventAsync(answer);
        Assert.Equal(401, CapturedLog.Value(logged, "Status"));
        Assert.Null(CapturedLog.Value(logged, "Token"));
        AssertSilentAbout("secret");
    }

    [Fact]
    public async Task No_value_of_a_body_is_logged_whether_it_is_kept_or_refused()
    {
        var id = await _project.DeploymentAsync("secret-server");
        var answers = new List<Answer>();
        foreach (var body in new[]
        {
            """{"status": "COMPLETE", "output_values": {"secret-key": "secret-value"}, "status_reason": "secret-reason", "action": "secret-action"}""",
            """{"status": "secret-status", "config_id": "secret-config", "secret-member": 1}""",
            """{"status_reason": "secret-reason", """,
            """secret""",
            """{"status_reason": "secret\u0000"}""",
            """{"status_reason": "secret\ud800"}""",
        })
        {
            answers.Add(await _project.SendAsync("PUT", $"software_deployments/{id}", body));
        }

        answers.Add(await _project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"output_values": {"v": "{{string.Concat(Enumerable.Repeat("secret", 200_000))}}"} }"""));
        answers.Add(await _project.SendAsync("PUT", $"software_deployments/{id}", "secret=1", contentType: "application/x-www-form-urlencoded"));
        answers.Add(await _project.SendAsync("POST", "software_configs", """{"name": "secret", "config": "secret", "inputs": [{"name": "secret", "color": "secret"}]}"""));
        answers.Add(await _app.SendBytesAsync(Encoding.ASCII.GetBytes(
            $"PUT /v1/{_project.Id}/software_deployments/{id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Auth-Token: {await _project.MemberTokenAsync()}\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n")));

        Assert.Equal([200, 400, 400, 400, 400, 400, 400, 415, 400, 400], answers.Select(answer => answer.Status));
        foreach (var answer in answers)
        {
            await OnlyEventAsync(answer);
        }

        AssertSilentAbout("secret", await _project.MemberTokenAsync(), ServiceApp.AdminToken);
    }

    [Fact]
    public async Task A_path_that_leads_nowhere_and_a_project_that_cannot_be_are_not_logged_by_name()
    {
        foreach (var path in new[] { "/secret", "/v1/sec.ret/software_configs", "/v1/secret.project/software_configs?secret" })
        {
            var logged = await OnlyEventAsync(await _app.SendRawAsync("GET", path));
            Assert.Equal(404, CapturedLog.Value(logged, "Status"));
            Assert.Null(CapturedLog.Value(logged, "Project"));
        }

        AssertSilentAbout("secret", "sec.ret");
    }

    [Theory]
    [InlineData("req-0f0e0d0c-0b0a-4908-8706-050403020100", true)]
    [InlineData("req-secret", false)]
    [InlineData("secret", false)]
    public async Task The_id_that_a_client_gives_its_request_is_logged_when_it_is_one(string id, bool isOne)
    {
        var answer = await _app.SendRawAsync("GET", "/v1", [$"X-OpenStack-Request-Id: {id}"]);

        Assert.Equal(isOne ? id : null, CapturedLog.Value(await OnlyEventAsync(answer), "ClientRequestId"));
        AssertSilentAbout("secret");
    }

    [Fact]
    public async Task A_fault_of_the_service_is_logged_with_its_cause_under_the_id_that_the_client_has()
    {
        using var broken = new LoggedApp(services => services.AddSingleton<IDeploymentStore>(_ => throw new InvalidOperationException("the cause")));
        var project = new Project(broken.App);

        var answer = await project.SendAsync("PUT", "software_deployments/secret-id?secret=1", """{"status_reason": "secret"}""");

        Assert.Equal(500, answer.Status);
        var events = await broken.Log.OfAsync(answer.Headers["x-openstack-request-id"], atLeast: 2);
        Assert.All(events, logged => Assert.Equal(LogEventLevel.Error, logged.Level));
        Assert.Equal("the cause", Assert.Single(events, logged => logged.Exception is not null).Exception!.Message);
        Assert.Equal(500, CapturedLog.Value(Assert.Single(events, logged => logged.Exception is null), "Status"));
        AssertSilent(broken.Log, "secret", await project.MemberTokenAsync());
    }

    private async Task<LogEvent> OnlyEventAsync(Answer answer) =>
        Assert.Single(await _log.OfAsync(answer.Headers["x-openstack-request-id"], atLeast: 1));

    private void AssertSilentAbout(params string[] secrets) => AssertSilent(_log, secrets);

    private static void AssertSilent(CapturedLog log, params string[] secrets)
    {
        foreach (var logged in log.Events)
        {
            foreach (var secret in secrets)
            {
                Assert.DoesNotContain(secret, CapturedLog.Whole(logged), StringComparison.OrdinalIgnoreCase);
            }
        }
    }
}
