using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>The page on which operators try calls: it is there for everybody, and all that it loads comes from the service.</summary>
public sealed partial class SwaggerPagesTests
{
    [Fact]
    public async Task The_page_needs_no_token()
    {
        var page = await GetAsync("/swagger");

        Assert.Equal(200, page.Status);
        Assert.StartsWith("text/html", page.Headers["content-type"], StringComparison.Ordinal);
        Assert.Contains("swagger-ui", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_the_page_loads_comes_from_the_service()
    {
        var page = await GetAsync("/swagger/index.html");
        var parts = Parts().Matches(page.Text).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("script-src 'self'", page.Headers["content-security-policy"], StringComparison.Ordinal);
        Assert.NotEmpty(parts);
        foreach (var part in parts)
        {
            Assert.DoesNotContain("//", part, StringComparison.Ordinal);
            Assert.Equal(200, (await GetAsync($"/swagger/{part}")).Status);
        }
    }

    [Fact]
    public async Task A_path_beside_the_page_leads_nowhere_in_the_usual_words()
    {
        var answer = await GetAsync("/swagger/v2/swagger.json");

        Assert.Equal(404, answer.Status);
        Assert.Equal("HTTPNotFound", answer.Json["error"]!["type"]!.GetValue<string>());
    }

    private static async Task<Answer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await ServiceApp.Shared.SendAsync(request);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Parts();
}
