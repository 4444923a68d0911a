using System.Net.Http.Headers;
using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>How much a body may hold, and in what it may come.</summary>
public sealed class BodyLimitTests
{
    private const int Limit = 1_048_576;

    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_exactly_the_limit_is_taken(bool chunked)
    {
        var id = await _project.DeploymentAsync();

        var put = await PutAsync(id, BodyOf(Limit), chunked);

        Assert.Equal(200, put.Status);
        Assert.Equal(put.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);
        Assert.True(put.Text.Length > Limit);
    }

    [Theory]
    [InlineData(Limit + 1, false)]
    [InlineData(Limit + 1, true)]
    [InlineData(3 * Limit, false)]
    [InlineData(3 * Limit, true)]
    public async Task A_larger_body_is_refused_with_both_sizes(int size, bool chunked)
    {
        var id = await _project.DeploymentAsync();
        var before = await _project.SendAsync("GET", $"software_deployments/{id}");

        var put = await PutAsync(id, BodyOf(size), chunked);

        var message = put.AssertRefused(400);
        Assert.Equal("RequestLimitExceeded", put.Type());
        Assert.Contains($"({Limit} bytes)", message, StringComparison.Ordinal);
        Assert.Matches(chunked ? @"\(at least \d{7,} bytes\)" : $@"\({size} bytes\)", message);
        Assert.Equal(before.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);
    }

    [Fact]
    public async Task A_length_that_is_only_announced_is_refused_before_a_byte_of_it_is_read()
    {
        var answer = await ServiceApp.Shared.SendBytesAsync(Encoding.ASCII.GetBytes(
            $"PUT /v1/{_project.Id}/software_deployments/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Auth-Token: {await _project.MemberTokenAsync()}\r\nContent-Length: 99999999999\r\n\r\n"));

        Assert.Contains("(99999999999 bytes)", answer.AssertRefused(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_that_are_none_are_refused()
    {
        var answer = await ServiceApp.Shared.SendBytesAsync(Encoding.ASCII.GetBytes(
            $"PUT /v1/{_project.Id}/software_deployments/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Auth-Token: {await _project.MemberTokenAsync()}\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n"));

        answer.AssertRefused(400);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; charset=utf8; version=1")]
    [InlineData("text/plain")]
    [InlineData("text/plain; charset=UTF-8")]
    [InlineData(null)]
    public async Task JSON_text_and_nothing_said_are_read_as_JSON(string? contentType)
    {
        var answer = await SendTypedAsync("PUT", $"software_deployments/{await _project.DeploymentAsync()}", contentType);

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("COMPLETE", answer.String("software_deployment", "status"));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/xml")]
    [InlineData("text/html")]
    [InlineData("application/jsonp")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("text/plain; charset=latin1")]
    [InlineData("json")]
    [InlineData("application/json, text/html")]
    [InlineData(";")]
    public async Task Any_other_type_is_refused_with_the_right_one(string contentType)
    {
        var id = await _project.DeploymentAsync();

        foreach (var (method, path) in new[] { ("PUT", $"software_deployments/{id}"), ("POST", "software_deployments"), ("POST", "software_configs"), ("POST", "validate") })
        {
            var answer = await SendTypedAsync(method, path, contentType);
            Assert.Contains("application/json", answer.AssertRefused(415), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "software_deployments")]
    [InlineData("GET", "software_configs")]
    [InlineData("GET", "build_info")]
    public async Task A_call_without_a_body_takes_any_header_that_speaks_of_one(string method, string path)
    {
        var answer = await _project.App.SendRawAsync(method, $"/v1/{_project.Id}/{path}",
            [$"X-Auth-Token: {await _project.MemberTokenAsync()}", "Content-Type: application/xml", "X-Region-Name: "], "<not>read"u8.ToArray());

        Assert.Equal(200, answer.Status);
    }

    private static byte[] BodyOf(int size)
    {
        const string start = "{\"output_values\": {\"v\": \"";
        return Encoding.ASCII.GetBytes(start + new string('x', size - start.Length - 3) + "\"}}");
    }

    private async Task<Answer> PutAsync(string id, byte[] body, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/{_project.Id}/software_deployments/{id}");
        request.Headers.Add("X-Auth-Token", await _project.MemberTokenAsync());
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        return await _project.App.SendAsync(request);
    }

    private async Task<Answer> SendTypedAsync(string method, string path, string? contentType) => await _project.App.SendRawAsync(
        method, $"/v1/{_project.Id}/{path}",
        [$"X-Auth-Token: {await _project.MemberTokenAsync()}", .. contentType is null ? Array.Empty<string>() : [$"Content-Type: {contentType}"]],
        "{\"status\": \"COMPLETE\"}"u8.ToArray());
}
