using System.IO.Compression;
using System.Text.RegularExpressions;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Dashboard;

/// <summary>The files of the page: there for everybody, out of the program, under a strict policy.</summary>
public sealed partial class DashboardFileTests
{
    private static readonly string Folder = SourceTree.At("src", "DeploymentService", "Dashboard", "Page");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_file_is_served_as_it_is_and_needs_no_token(string file)
    {
        var answer = await GetAsync($"/dashboard/{file}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Folder, file)), answer.Text);
    }

    [Theory]
    [InlineData("/dashboard", "text/html; charset=utf-8")]
    [InlineData("/dashboard/app.js", "text/javascript; charset=utf-8")]
    [InlineData("/dashboard/board.css", "text/css; charset=utf-8")]
    [InlineData("/dashboard/icon.svg", "image/svg+xml")]
    public async Task Each_file_says_what_it_is_and_what_it_may_do(string path, string type)
    {
        var answer = await GetAsync(path);

        Assert.Equal(type, answer.Headers["content-type"]);
        Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
        Assert.Equal("no-referrer", answer.Headers["referrer-policy"]);
        Assert.Equal("no-cache", answer.Headers["cache-control"]);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; require-trusted-types-for 'script'",
            answer.Headers["content-security-policy"]);
    }

    [Theory]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/vendor/htm-preact-standalone.js")]
    public async Task A_file_that_the_browser_has_is_not_sent_again(string path)
    {
        var tag = (await GetAsync(path)).Headers["etag"];

        var again = await GetAsync(path, ("If-None-Match", tag));
        var changed = await GetAsync(path, ("If-None-Match", "\"another\""));

        Assert.Equal((304, ""), (again.Status, again.Text));
        Assert.Equal(200, changed.Status);
    }

    [Theory]
    [InlineData("/dashboard", "br")]
    [InlineData("/dashboard/vendor/htm-preact-standalone.js", "gzip, deflate, br, zstd")]
    [InlineData("/dashboard/app.js", "gzip")]
    [InlineData("/dashboard/icon.svg", "gzip;q=0.5, br")]
    public async Task A_browser_gets_a_file_compressed_as_it_asks_for(string path, string accepted)
    {
        var plain = await GetAsync(path);
        Assert.False(plain.Headers.ContainsKey("content-encoding"));

        var (coding, tag, text) = await DecodedAsync(path, accepted);

        Assert.Equal(accepted == "gzip" ? "gzip" : "br", coding);
        Assert.Equal((plain.Headers["etag"], plain.Text), (tag, text));
        // One tag for the file, however it is sent.
        Assert.StartsWith("W/", tag, StringComparison.Ordinal);
        Assert.Equal(304, (await GetAsync(path, ("Accept-Encoding", accepted), ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task Nothing_that_may_have_a_secret_is_compressed()
    {
        var project = ServiceApp.NewProject();
        var id = await project.DeploymentAsync();
        foreach (var path in new[] { "/", "/v1", $"/v1/{project.Id}/software_deployments", $"/v1/{project.Id}/software_deployments/{id}", "/health/ready" })
        {
            var answer = await GetAsync(path, ("Accept-Encoding", "gzip, br"), ("X-Auth-Token", ServiceApp.AdminToken));

            Assert.False(answer.Headers.ContainsKey("content-encoding"));
        }
    }

    [Theory]
    [InlineData("/dashboard/nope.js")]
    [InlineData("/dashboard/vendor")]
    [InlineData("/dashboard/..%2fDeploymentService.dll")]
    public async Task A_path_beside_the_files_leads_nowhere_in_the_usual_words(string path)
    {
        var answer = await GetAsync(path);

        Assert.Equal(404, answer.Status);
        Assert.Equal("HTTPNotFound", answer.Json["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_slash_behind_the_page_is_taken_away() =>
        Assert.Equal((302, "../dashboard"), await RedirectAsync("/dashboard/", "text/html"));

    [Theory]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")]
    [InlineData("text/html")]
    public async Task A_browser_that_opens_the_service_is_sent_to_the_board(string accept) =>
        Assert.Equal((302, "dashboard"), await RedirectAsync("/", accept));

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/json, text/html")]
    public async Task A_client_of_the_api_gets_the_versions(string? accept)
    {
        var answer = await GetAsync("/", accept is null ? [] : [("Accept", accept)]);

        Assert.Equal(300, answer.Status);
        Assert.Equal("Accept", answer.Headers["vary"]);
    }

    [Fact]
    public void Nothing_is_inline_or_from_elsewhere()
    {
        var page = File.ReadAllText(Path.Combine(Folder, "index.html"));
        var own = Directory.EnumerateFiles(Folder, "*.js").Select(File.ReadAllText).ToList();

        Assert.DoesNotMatch(InlineCode(), page);
        Assert.DoesNotContain("//", page, StringComparison.Ordinal);
        Assert.All(own, script =>
        {
            Assert.All(Import().Matches(script).Select(match => match.Groups[1].Value), path => Assert.StartsWith("./", path, StringComparison.Ordinal));
            Assert.DoesNotMatch(MarkupFromText(), script);
        });
    }

    private static async Task<(int Status, string Location)> RedirectAsync(string path, string accept)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Board.AddressOf(ServiceApp.Shared), path));
        request.Headers.Add("Accept", accept);
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.Location!.OriginalString);
    }

    private static async Task<(string Coding, string Tag, string Text)> DecodedAsync(string path, string accepted)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Board.AddressOf(ServiceApp.Shared), path));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var response = await client.SendAsync(request);
        var coding = Assert.Single(response.Content.Headers.ContentEncoding);
        Assert.Equal("Accept-Encoding", Assert.Single(response.Headers.Vary));
        await using var body = await response.Content.ReadAsStreamAsync();
        await using Stream plain = coding == "br" ? new BrotliStream(body, CompressionMode.Decompress) : new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return (coding, response.Headers.ETag!.ToString(), await reader.ReadToEndAsync());
    }

    private static async Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await ServiceApp.Shared.SendAsync(request);
    }

    [GeneratedRegex("""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=""")]
    private static partial Regex InlineCode();

    [GeneratedRegex("""(?:from|import) '([^']+)'""")]
    private static partial Regex Import();

    [GeneratedRegex("""innerHTML|dangerouslySet|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bstyle=""")]
    private static partial Regex MarkupFromText();
}
