using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth;

/// <summary>A browser adds the password that it keeps for the service to what any page sends: such a request of a foreign page changes nothing, in any mode.</summary>
public sealed class ForeignPageWithBasicTests : IAsyncLifetime, IDisposable
{
    private const string Public = "https://heat.example/deployments";
    private const string Body = """{"name": "by-a-page"}""";
    private readonly ServiceApp _app = new(new() { ["PublicUrl"] = Public });
    private readonly string _project = $"p-{Guid.NewGuid():N}";

    public Task InitializeAsync()
    {
        _app.StartServer();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("Origin: https://foreign.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://127.0.0.1:1")]
    [InlineData("Origin: http://other.heat.example")]
    [InlineData("Origin: http://service.example.foreign.example")]
    [InlineData("Origin: http://service.example:8004")]
    [InlineData("Origin: file://")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document")]
    [InlineData("Origin: https://foreign.example\r\nSec-Fetch-Site: cross-site\r\nContent-Type: text/plain")]
    public async Task What_a_foreign_page_wants_changed_is_refused_and_not_done(string headers)
    {
        foreach (var (method, path) in new[] { ("POST", "software_configs"), ("POST", "tokens"), ("PUT", "software_deployments/x"), ("DELETE", "servers/x"), ("PATCH", "software_configs") })
        {
            var answer = await SendAsync(method, path, headers, Basic);
            Assert.Contains("another site", answer.AssertRefused(403), StringComparison.Ordinal);
        }

        Assert.Contains("\"software_configs\":[]", (await SendAsync("GET", "software_configs", "", Basic)).Text, StringComparison.Ordinal);
    }

    [Theory]
    // Clients that are no browser.
    [InlineData("")]
    [InlineData("Sec-Fetch-Site: none")]
    // The service's own pages.
    [InlineData("Sec-Fetch-Site: same-origin")]
    [InlineData("Origin: http://service.example")]
    [InlineData("Origin: https://SERVICE.example")]
    [InlineData("Origin: https://heat.example\r\nSec-Fetch-Site: same-origin")]
    public async Task Others_may(string headers) => Assert.Equal(200, (await SendAsync("POST", "software_configs", headers, Basic)).Status);

    [Theory]
    [InlineData("X-Auth-Token: $TOKEN")]
    [InlineData("Authorization: Bearer $TOKEN")]
    [InlineData("X-Auth-Token: $TOKEN\r\nAuthorization: Basic eDp5")]
    public async Task A_token_that_a_browser_does_not_add_by_itself_is_asked_nothing(string credential) =>
        Assert.Equal(200, (await SendAsync("POST", "software_configs", "Origin: https://foreign.example", credential)).Status);

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Looking_changes_nothing(string method) =>
        Assert.Equal(200, (await SendAsync(method, "software_configs", "Origin: https://foreign.example\r\nSec-Fetch-Site: cross-site", Basic)).Status);

    private static string Basic => "Authorization: bAsIc " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:{ServiceApp.AdminToken}"));

    private Task<Answer> SendAsync(string method, string path, string headers, string credential)
    {
        var lines = new[] { $"{method} /v1/{_project}/{path} HTTP/1.1", "Host: service.example", "Connection: close", $"Content-Length: {Body.Length}" }
            .Concat(new[] { headers, credential.Replace("$TOKEN", ServiceApp.AdminToken, StringComparison.Ordinal) }.Where(line => line.Length > 0))
            .Concat(headers.Contains("Content-Type", StringComparison.Ordinal) ? [] : ["Content-Type: application/json"]);
        return _app.SendBytesAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n" + Body));
    }
}
