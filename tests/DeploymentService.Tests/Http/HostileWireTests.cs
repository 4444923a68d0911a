using System.Text;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Serilog.Events;

namespace DeploymentService.Tests.Http;

/// <summary>Bytes as no client writes them: each is refused or answered, none is a fault of the service, and none leaves a stack in its log.</summary>
public sealed class HostileWireTests(LoggedApp logged) : IClassFixture<LoggedApp>
{
    private readonly ServiceApp _app = logged.App;

    public static TheoryData<string> Segments { get; } =
    [
        "%0a", "%0d", "%0a%0a", "%0d%0aX:1", "%09", "%7f", "%01", "%1f", "%00", "%c2%85", "%e2%80%a8", "index.html%0a", "v1/swagger.json%0a", "%0av1/swagger.json", "v1%0a/swagger.json",
        "%2e%2e", "..%2f..", "%2f", "%5c", "%3f", "%20", "%c0%ae", "%ff", "%ed%a0%80", "%f5%80%80%80", "%u0041", "%", "%zz", "*", ":", "<>", "%7bx%7d/swagger.json",
    ];

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task A_path_of_any_bytes_is_refused_or_answered(string segment)
    {
        foreach (var before in new[]
        {
            "/swagger/", "/swagger", "/dashboard/", "/dashboard", "/", "/v1/", "/v1", "/v2", "/healthcheck", "/v3/", "/v3/auth/tokens", "/agent/", "/agent/p/c/1-0/", "/signal/p/x/1/",
            "/v1/p/", "/v1/p/software_deployments/", "/v1/p/software_configs/", "/v1/p/software_deployments/metadata/", "/v1/p/servers/", "/v1/p/tokens/", "http://127.0.0.1/swagger/",
            "/v1/p/software_configs?marker=", "/v1/p/software_deployments?q=", "/v1/p/software_deployments?place=", "/v1/p/software_deployments?changed_since=",
        })
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "OPTIONS" })
            {
                AssertNoFault(await _app.SendRawAsync(method, before + segment, [$"X-Auth-Token: {ServiceApp.AdminToken}"], method == "POST" ? "{}"u8.ToArray() : null), before);
            }
        }

        AssertSilent();
    }

    [Theory]
    [InlineData("GET", "/swagger/%0a", 404)]
    [InlineData("GET", "/swagger%0a", 404)]
    [InlineData("GET", "/swagger/index.html%0a", 404)]
    [InlineData("GET", "/dashboard/%0a", 404)]
    [InlineData("get", "/v1", 200)]
    [InlineData("TRACE", "/v1", 405)]
    [InlineData("BREW", "/v1", 405)]
    [InlineData("OPTIONS", "*", 204)]
    [InlineData("GET", "http://127.0.0.1/v1", 200)]
    [InlineData("GET", "http://127.0.0.1/v1/p/nope", 401)]
    [InlineData("GET", "http://another.example/v1", 400)]
    public async Task Strange_is_not_wrong(string method, string target, int status)
    {
        Assert.Equal(status, (await _app.SendRawAsync(method, target)).Status);
        AssertSilent();
    }

    [Theory]
    [InlineData("11111111111111111\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("1111111111111111\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("100000000\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("80000000\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("-2\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("0x2\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("2;\n\r\n{}\r\n0\r\n\r\n", 400)]
    [InlineData("2\n{}\n0\n\n", 400)]
    [InlineData("2\r\n{}XX0\r\n\r\n", 400)]
    [InlineData("2\r\n{}\r\n0\r\nno trailer\r\n\r\n", 400)]
    [InlineData("2;a=b\r\n{}\r\n0\r\nA: b\r\n\r\n", 200)]
    public async Task Chunks_are_read_to_the_letter(string body, int status)
    {
        foreach (var (method, path) in new[]
        {
            ("POST", "/v1/p/software_configs"), ("PUT", "/v1/p/software_deployments/x"), ("POST", "/v1/p/software_deployments/x/signal"), ("POST", "/v1/p/servers/s/agent_url"),
            ("POST", "/v3/auth/tokens"), ("POST", "/v1/p/software_deployments/x/run"), ("GET", "/v1/p/software_configs"), ("DELETE", "/v1/p/software_configs/x"), ("POST", "/nope"),
        })
        {
            var answer = await _app.SendBytesAsync(Encoding.Latin1.GetBytes(
                $"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Auth-Token: {ServiceApp.AdminToken}\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));

            AssertNoFault(answer, path);
            if (path == "/v1/p/software_configs" && method == "POST")
            {
                Assert.Equal(status, answer.Status);
            }
        }

        AssertSilent();
    }

    [Theory]
    [InlineData("Content-Length: -1", 400)]
    [InlineData("Content-Length: 1x", 400)]
    [InlineData("Content-Length: 99999999999999999999", 400)]
    [InlineData("Content-Length: 9223372036854775807", 400)]
    [InlineData("Content-Length: 2\r\nContent-Length: 2", 400)]
    [InlineData("Content-Length: 2\r\nContent-Length: 3", 400)]
    [InlineData("Transfer-Encoding: gzip", 400)]
    [InlineData("Content-Length: 2\r\nExpect: 100-continue", 200)]
    [InlineData("Content-Length: 2\r\nExpect: magic", 200)]
    [InlineData("Content-Length: 2\r\nContent-Type: application/json\r\nContent-Type: text/plain", 415)]
    [InlineData("Content-Length: 2\r\nContent-Type: ;;;", 415)]
    [InlineData("Content-Length: 2\r\nAuthorization: Basic /////w==", 200)]
    [InlineData("Content-Length: 2\r\nX-Header: a\0b", 400)]
    [InlineData("Content-Length: 2\r\nno colon", 400)]
    [InlineData("Content-Length: 2\r\nX-Folded: a\r\n b", 400)]
    [InlineData("Content-Length: 2\r\nHost: b", 400)]
    public async Task Headers_are_read_to_the_letter(string headers, int status)
    {
        var answer = await _app.SendBytesAsync(Encoding.Latin1.GetBytes(
            $"POST /v1/p/software_configs HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Auth-Token: {ServiceApp.AdminToken}\r\n{headers}\r\n\r\n{{}}"));

        // With Expect, the first answer is the permission to go on.
        Assert.True(answer.Status == status || (answer.Status == 100 && answer.Text.Contains(" 200 OK", StringComparison.Ordinal)), $"{answer.Status} {answer.Text}");
        AssertSilent();
    }

    [Theory]
    [InlineData(7_000, 200)]
    [InlineData(12_000, 414)]
    public async Task A_query_is_as_long_as_a_line_may_be(int length, int status)
    {
        var answer = await _app.SendRawAsync("GET", $"/v1/p/software_configs?{new string('&', length)}", [$"X-Auth-Token: {ServiceApp.AdminToken}"]);

        Assert.Equal(status, answer.Status);
        AssertSilent();
    }

    private static void AssertNoFault(Answer answer, string what) => Assert.True(answer.Status is >= 200 and < 500, $"{answer.Status} of {what}: {answer.Text}");

    private void AssertSilent() => Assert.DoesNotContain(logged.Log.Events, evt => evt.Exception is not null || evt.Level > LogEventLevel.Information);
}
