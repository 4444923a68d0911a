using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Auth;

/// <summary>What a 401 asks for: <c>Basic</c> too, where a client waits for it, and never where a browser would ask for a password in the page's place.</summary>
public sealed class ChallengeTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("GET", "software_configs")]
    [InlineData("HEAD", "software_configs")]
    [InlineData("PUT", "software_deployments/x")]
    [InlineData("GET", "nope")]
    [InlineData("PATCH", "software_configs")]
    public async Task Without_any_credential_basic_is_offered_in_a_challenge_of_its_own(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/{_project.Id}/{path}");
        using var client = _project.App.CreateDefaultClient();
        using var answer = await client.SendAsync(request);

        // A header line each: some clients look at the beginning of a line alone.
        Assert.Equal(401, (int)answer.StatusCode);
        var lines = answer.Headers.NonValidated["WWW-Authenticate"].ToList();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("Keystone uri=\"http", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Basic realm=\"", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Auth-Token: nobody")]
    [InlineData("Authorization: Bearer nobody")]
    [InlineData("Authorization: Basic bm9ib2R5Om5vYm9keQ==")]
    [InlineData("Authorization: Digest username=\"x\"")]
    [InlineData("X-Requested-With: dashboard")]
    [InlineData("X-Requested-With: XMLHttpRequest")]
    [InlineData("Sec-Fetch-Mode: cors")]
    [InlineData("Sec-Fetch-Mode: navigate")]
    [InlineData("Origin: http://127.0.0.1")]
    public async Task With_a_credential_or_from_a_page_it_is_not(string header)
    {
        var answer = await _project.App.SendRawAsync("GET", $"/v1/{_project.Id}/software_configs", [header]);

        answer.AssertRefused(401);
        Assert.DoesNotContain("Basic", answer.Headers["www-authenticate"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Who_signs_in_with_a_body_is_not_asked_for_another_way()
    {
        var answer = await _project.App.SendRawAsync(
            "POST", "/v3/auth/tokens", ["Content-Type: application/json"],
            """{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "x", "password": "y"}}}}}"""u8.ToArray());

        answer.AssertRefused(401);
        Assert.DoesNotContain("Basic", answer.Headers["www-authenticate"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_client_that_waits_for_the_challenge_gets_in()
    {
        using var handler = new HttpClientHandler { Credentials = new System.Net.NetworkCredential("any", await _project.MemberTokenAsync()), PreAuthenticate = false };
        using var client = new HttpClient(handler) { BaseAddress = Dashboard.Board.AddressOf(_project.App) };

        using var answer = await client.GetAsync(new Uri($"/v1/{_project.Id}/software_configs", UriKind.Relative));

        Assert.Equal(200, (int)answer.StatusCode);
    }
}
