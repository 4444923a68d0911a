using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth;

/// <summary>Without authentication: what a page of another site can make a browser send is refused, and the service's own pages work.</summary>
public sealed class OwnPagesOnlyTests : IAsyncLifetime, IDisposable
{
    private const string Public = "http://heat.example:9000";
    private readonly ServiceApp _app = new(new() { ["Authentication:Mode"] = "None", ["PublicUrl"] = Public });

    private int _port;

    public Task InitializeAsync()
    {
        _app.StartServer();
        using var client = _app.CreateDefaultClient();
        _port = client.BaseAddress!.Port;
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("127.0.0.1:$PORT", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.0.0.2:$PORT", 200)]
    [InlineData("localhost:$PORT", 200)]
    [InlineData("LOCALHOST", 200)]
    [InlineData("localhost:1234", 200)]
    [InlineData("[::1]:$PORT", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("heat.example:9000", 200)]
    [InlineData("Heat.Example:9000", 200)]
    [InlineData("heat.example", 403)]
    [InlineData("heat.example:$PORT", 403)]
    [InlineData("rebound.example:$PORT", 403)]
    [InlineData("rebound.example", 403)]
    [InlineData("localhost.rebound.example:$PORT", 403)]
    [InlineData("127.0.0.1.rebound.example", 403)]
    [InlineData("xlocalhost", 403)]
    [InlineData("0.0.0.0:$PORT", 403)]
    [InlineData("192.0.2.1:$PORT", 403)]
    public async Task It_answers_under_its_own_names_only(string host, int status)
    {
        foreach (var path in new[] { "/v1/p/tokens", "/dashboard", "/swagger/index.html", "/healthcheck" })
        {
            Assert.Equal(status, (await SendAsync("GET", path, host)).Status);
        }

        if (status == 403)
        {
            Assert.Contains("under its own names only", (await SendAsync("GET", "/v1/p/tokens", host)).AssertRefused(403), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_that_names_no_host_is_no_browser() =>
        Assert.Equal(200, (await _app.SendBytesAsync("GET /v1/p/tokens HTTP/1.0\r\n\r\n"u8.ToArray())).Status);

    [Theory]
    [InlineData("http://127.0.0.1:$PORT", 200)]
    [InlineData("http://localhost:$PORT", 200)]
    [InlineData("HTTP://LOCALHOST:$PORT", 200)]
    [InlineData("http://[::1]:$PORT", 200)]
    [InlineData("https://127.0.0.1:$PORT", 200)]
    [InlineData(Public, 200)]
    [InlineData("", 200)]
    [InlineData("null", 403)]
    [InlineData("https://foreign.example", 403)]
    [InlineData("http://foreign.example:$PORT", 403)]
    [InlineData("http://127.0.0.1", 403)]
    [InlineData("http://127.0.0.1:1", 403)]
    [InlineData("http://localhost:3000", 403)]
    [InlineData("http://localhost:$PORT.foreign.example", 403)]
    [InlineData("http://127.0.0.1.foreign.example:$PORT", 403)]
    [InlineData("http://heat.example", 403)]
    [InlineData("https://heat.example:9001", 403)]
    [InlineData("file://", 403)]
    [InlineData("chrome-extension://abcdef", 403)]
    [InlineData("http://127.0.0.1:$PORT, https://foreign.example", 403)]
    [InlineData("nonsense", 403)]
    public async Task A_page_of_another_origin_is_refused_whatever_it_sends(string origin, int status)
    {
        string[][] bodies =
        [
            ["Content-Type: application/json"], ["Content-Type: text/plain"], ["Content-Type: text/plain;charset=UTF-8"],
            ["Content-Type: application/x-www-form-urlencoded"], [],
        ];
        foreach (var headers in bodies)
        {
            var answer = await SendAsync("POST", "/v1/p/tokens", headers: [$"Origin: {origin}", .. headers], body: """{"name": "n", "role": "admin"}""");
            Assert.Equal(status == 403, answer.Status == 403);
            if (status == 403)
            {
                Assert.Contains("another site", answer.AssertRefused(403), StringComparison.Ordinal);
            }
        }

        Assert.Equal(status, (await SendAsync("GET", "/v1/p/tokens", headers: [$"Origin: {origin}"])).Status);
        Assert.Equal(status == 403 ? 403 : 204, (await SendAsync("OPTIONS", "/v1/p/tokens", headers: [$"Origin: {origin}", "Access-Control-Request-Method: POST"])).Status);
    }

    [Fact]
    public async Task What_was_refused_was_not_done()
    {
        await SendAsync("POST", "/v1/refused/tokens", headers: ["Origin: https://foreign.example", "Content-Type: text/plain"], body: """{"name": "n", "role": "admin"}""");

        Assert.Equal("""{"tokens":[]}""", (await SendAsync("GET", "/v1/refused/tokens")).Text);
    }

    [Theory]
    [InlineData("GET", "none", "navigate", "document", 200)]
    [InlineData("GET", "same-origin", "cors", "empty", 200)]
    [InlineData("GET", "same-origin", "no-cors", "script", 200)]
    // Who follows a link looks at the page himself.
    [InlineData("GET", "cross-site", "navigate", "document", 200)]
    [InlineData("GET", "same-site", "navigate", "document", 200)]
    [InlineData("GET", "cross-site", "navigate", "iframe", 403)]
    [InlineData("GET", "cross-site", "no-cors", "image", 403)]
    [InlineData("GET", "cross-site", "cors", "empty", 403)]
    [InlineData("GET", "same-site", "no-cors", "script", 403)]
    [InlineData("POST", "cross-site", "navigate", "document", 403)]
    [InlineData("DELETE", "cross-site", "cors", "empty", 403)]
    public async Task A_browser_that_says_that_it_fetches_for_another_site_is_refused(string method, string site, string mode, string destination, int status)
    {
        foreach (var path in new[] { "/dashboard", "/swagger/index.html" })
        {
            var answer = await SendAsync(method, path, headers: [$"Sec-Fetch-Site: {site}", $"Sec-Fetch-Mode: {mode}", $"Sec-Fetch-Dest: {destination}"]);
            Assert.Equal(status, answer.Status);
        }

        Assert.Equal(403, (await SendAsync("GET", "/v1/p/tokens", headers: ["Sec-Fetch-Site: cross-site"])).Status);
    }

    [Fact]
    public async Task A_service_with_tokens_does_not_ask_where_a_token_in_a_header_comes_from()
    {
        // Its answers tell no browser that another site may have them, and a token is nothing that a browser adds by itself.
        var answer = await ServiceApp.Shared.SendRawAsync(
            "GET", "/v1/p/tokens", [$"X-Auth-Token: {ServiceApp.AdminToken}", "Origin: https://foreign.example", "Sec-Fetch-Site: cross-site"]);

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("access-control-", StringComparison.Ordinal) || name == "set-cookie");
    }

    private Task<Answer> SendAsync(string method, string path, string host = "127.0.0.1:$PORT", string[]? headers = null, string? body = null)
    {
        var content = Encoding.UTF8.GetBytes(body ?? "");
        var lines = new[] { $"{method} {path} HTTP/1.1", $"Host: {host}", "Connection: close" }
            .Concat(headers ?? []).Concat(body is null ? [] : [$"Content-Length: {content.Length}"]);
        var head = string.Concat(lines.Select(line => line.Replace("$PORT", $"{_port}", StringComparison.Ordinal) + "\r\n"));
        return _app.SendBytesAsync([.. Encoding.Latin1.GetBytes(head + "\r\n"), .. content]);
    }
}
