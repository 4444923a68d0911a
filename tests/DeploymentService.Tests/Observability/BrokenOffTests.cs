using System.Globalization;
using System.Net.Sockets;
using System.Text;
using DeploymentService.Tests.Support;
using Serilog.Events;

namespace DeploymentService.Tests.Observability;

/// <summary>A client that goes away in the middle is no fault of the service: one event without a stack, whatever the service was at.</summary>
public sealed class BrokenOffTests(LoggedApp logged) : IClassFixture<LoggedApp>
{
    private readonly Project _project = new(logged.App);

    [Theory]
    [InlineData("software_deployments")]
    [InlineData("software_deployments?sort_key=updated_time")]
    public async Task A_download_that_its_client_ends(string path)
    {
        // Seventeen megabytes, in chunks.
        await FillAsync();

        var evt = await BreakOffAsync($"GET /v1/{_project.Id}/{path}", body: null, readFirst: true);

        Assert.Equal(499, CapturedLog.Value(evt, "Status"));
    }

    [Theory]
    [InlineData("software_deployments/$D?wait=300")]
    [InlineData("software_deployments?status=IN_PROGRESS&wait=300")]
    public async Task A_wait_that_its_client_ends(string path)
    {
        var id = await _project.DeploymentAsync();

        var evt = await BreakOffAsync($"GET /v1/{_project.Id}/{path.Replace("$D", id, StringComparison.Ordinal)}", body: null, readFirst: false);

        Assert.Equal(499, CapturedLog.Value(evt, "Status"));
    }

    [Fact]
    public async Task A_stream_that_its_client_ends() =>
        Assert.Equal(200, CapturedLog.Value(await BreakOffAsync($"GET /v1/{_project.Id}/events", body: null, readFirst: true), "Status"));

    [Theory]
    [InlineData("PUT", "software_deployments/x", "Content-Length: 1000")]
    [InlineData("POST", "software_configs", "Transfer-Encoding: chunked")]
    [InlineData("POST", "software_deployments/x/signal", "Content-Length: 1000")]
    public async Task A_body_that_its_client_does_not_finish(string method, string path, string length)
    {
        var evt = await BreakOffAsync($"{method} /v1/{_project.Id}/{path}", length, readFirst: false);

        Assert.InRange((int)CapturedLog.Value(evt, "Status")!, 400, 499);
    }

    [Theory]
    [InlineData("PUT", "/v1/p/software_deployments/x")]
    [InlineData("POST", "/v1/p/software_configs")]
    [InlineData("POST", "/v1/p/software_deployments/x/signal")]
    [InlineData("POST", "/v1/p/software_deployments/x/run")]
    [InlineData("POST", "/v1/p/nope")]
    [InlineData("POST", "/v3/auth/tokens")]
    [InlineData("DELETE", "/v1/p/software_configs/x")]
    public async Task A_body_of_which_its_client_says_that_no_more_comes(string method, string path)
    {
        foreach (var body in new[] { "Content-Length: 1000\r\n\r\n{", "Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n{", "Transfer-Encoding: chunked\r\n\r\n" })
        {
            using var client = logged.App.CreateDefaultClient();
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
            var stream = tcp.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: {ServiceApp.AdminToken}\r\n{body}"));
            tcp.Client.Shutdown(SocketShutdown.Send);

            // The end of the connection, and of all that is said of it; the web server may drop the answer.
            try
            {
                await stream.CopyToAsync(Stream.Null);
            }
            catch (IOException)
            {
                // It may as well reset the connection.
            }

            Assert.DoesNotContain(logged.Log.Events, evt => evt.Exception is not null || evt.Level > LogEventLevel.Information);
        }
    }

    private async Task FillAsync()
    {
        var config = await _project.ConfigAsync();
        var value = new string('x', 900_000);
        for (var number = 0; number < 20; number++)
        {
            var created = await _project.SendAsync(
                "POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "s-{{number}}", "input_values": {"v": "{{value}}"} }""");
            Assert.Equal(200, created.Status);
        }
    }

    /// <summary>Sends a request, goes away, and answers the one event of the request.</summary>
    private async Task<LogEvent> BreakOffAsync(string target, string? body, bool readFirst)
    {
        using var client = logged.App.CreateDefaultClient();
        using var tcp = new TcpClient { ReceiveBufferSize = 8192 };
        await tcp.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        var id = string.Create(CultureInfo.InvariantCulture, $"req-{Guid.NewGuid()}");
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"{target} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: {ServiceApp.AdminToken}\r\nX-OpenStack-Request-Id: {id}\r\n{(body is null ? "" : body + "\r\n")}\r\n{(body is null ? "" : "5\r\n{")}"));
        if (readFirst)
        {
            await tcp.GetStream().ReadExactlyAsync(new byte[100]);
            // A reset; without an answer it could overtake the request.
            tcp.LingerState = new LingerOption(true, 0);
        }

        tcp.Close();

        var found = Assert.Single(await logged.Log.OfAsync("ClientRequestId", id, atLeast: 1));
        Assert.Equal(LogEventLevel.Information, found.Level);
        Assert.DoesNotContain(logged.Log.Events, evt => evt.Exception is not null || evt.Level > LogEventLevel.Information);
        return found;
    }
}
