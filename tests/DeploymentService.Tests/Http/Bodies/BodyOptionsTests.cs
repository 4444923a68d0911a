using DeploymentService.Http.Bodies;
using DeploymentService.Settings;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Http.Bodies;

/// <summary>How large a body may be is a setting, and counts everywhere.</summary>
public sealed class BodyOptionsTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task The_largest_body_is_that_of_the_setting()
    {
        await using var app = new ServiceApp(new() { ["Api:LargestBodyBytes"] = $"{20 * Mebibyte}" });
        app.StartServer();
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        foreach (var (method, path, frame) in new[]
        {
            ("POST", "software_configs", "{\"config\": \"\"}"), ("PUT", $"software_deployments/{id}", "{\"status_reason\": \"\"}"),
            ("POST", $"software_deployments/{id}/signal", "{\"deploy_stdout\": \"\"}"),
        })
        {
            var fits = frame.Insert(frame.Length - 2, new string('x', (20 * Mebibyte) - frame.Length));
            Assert.Contains($"({20 * Mebibyte} bytes)", (await project.SendAsync(method, path, fits + " ")).AssertRefused(400), StringComparison.Ordinal);
            Assert.Equal(200, (await project.SendAsync(method, path, fits)).Status);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/swagger/v1/swagger.json");
        Assert.Contains("of at most 20 MiB.", (await app.SendAsync(request)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65_536, 401)]
    [InlineData(65_537, 400)]
    public async Task Of_a_stranger_no_more_is_read_than_a_sign_in_needs(int size, int status)
    {
        const string body = """{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "n", "password": "p"}}}}}""";

        Assert.Equal(status, (await ServiceApp.Shared.PostAsync(body + new string(' ', size - body.Length))).Status);
    }

    [Theory]
    [InlineData("Api:LargestBodyBytes", "1000", "is '1000': use a whole number from 65536 to 67108864")]
    [InlineData("Api:LargestBodyBytes", "100000000", "is '100000000': use a whole number from 65536 to 67108864")]
    [InlineData("Limits:BytesInFlight", "1000000", "is 1000000, and one report may have 16777216 bytes: use 16777216 at least, or 0 for no limit")]
    [InlineData("Limits:BytesInFlight", "-1", "is '-1': use a whole number from 0 to 2147483647")]
    public void What_does_not_fit_is_refused_at_the_start(string key, string value, string sentence)
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build());

        BodyOptions.Read(reader);

        Assert.Equal($"{key} {sentence} (environment: {key.Replace(":", "__", StringComparison.Ordinal)})", Assert.Single(reader.Faults));
    }
}
