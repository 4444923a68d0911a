using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.CommandLine.Client;

/// <summary>What a service, a proxy before it, or a file of its own may do to the client: it ends with a sentence and one of its codes.</summary>
public sealed class BadDayTests : IDisposable
{
    private const string Run = """{"software_deployment":{"id":"d","server_id":"s","status":"IN_PROGRESS","status_reason":null}}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ls", "<html>Log in</html>")]
    [InlineData("show d", "[1]")]
    [InlineData("logs d", "{}")]
    [InlineData("run d", "{}")]
    [InlineData("wait", "[1]\n")]
    [InlineData("wait", "{\"outcome\":\"well\"}\n")]
    public async Task An_answer_of_somebody_else_is_three(string words, string answer)
    {
        await using var service = new ScriptedService(ScriptedService.Answer("200 OK", "", answer));

        var run = await ClientRun.OfAsync(Access(service.Url), null, new HurriedClock(), words.Split(' '));

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.StartsWith("The answer is none of the service: ", run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("wait")]
    public async Task A_refusal_that_is_cut_passes(string word)
    {
        await using var service = new ScriptedService(
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n<html",
            ScriptedService.Answer("403 Forbidden", "", """{"error": {"message": "not yours"}}"""));

        var run = await ClientRun.OfAsync(Access(service.Url), null, new HurriedClock(), word);

        Assert.Equal(new ClientRun(3, "", "The service answers 403: not yours\n"), run);
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("wait")]
    public async Task A_service_that_takes_the_connection_and_says_nothing_is_given_up(string word)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var run = await ClientRun.OfAsync(Access($"http://{silent.LocalEndpoint}"), new() { ["SILENCE"] = "0.05" }, new HurriedClock(), word).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Contains("does not answer: nothing came for 0.05 seconds", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("wait")]
    public async Task A_refusal_whose_body_never_comes_passes(string word)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var running = ClientRun.OfAsync(Access($"http://{silent.LocalEndpoint}"), new() { ["SILENCE"] = "1" }, new HurriedClock(), word);
        using var first = await silent.AcceptTcpClientAsync();
        await first.GetStream().WriteAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray());
        using var second = await silent.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await second.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());

        Assert.Equal(3, (await running.WaitAsync(TimeSpan.FromMinutes(2))).Code);
    }

    [Fact]
    public async Task Who_waits_for_a_run_is_patient_for_as_long_as_the_wait()
    {
        var away = ScriptedService.Answer("503 Service Unavailable", "Retry-After: 20\r\n", "{}");
        await using var service = new ScriptedService(
            ScriptedService.Answer("200 OK", "", Run), away, away, away, ScriptedService.Answer("200 OK", "", Run.Replace("IN_PROGRESS", "COMPLETE", StringComparison.Ordinal)));

        var run = await ClientRun.OfAsync(Access(service.Url), null, new HurriedClock(), "run", "d", "--wait");

        Assert.Equal((0, ""), (run.Code, run.Errors));
    }

    [Fact]
    public async Task A_file_without_a_name_is_three()
    {
        var run = await ClientRun.OfAsync(Access("http://127.0.0.1:9"), null, TimeProvider.System, "ls", "--token-file", "");

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.StartsWith("The file of the token cannot be read: ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_profile_that_says_a_thing_twice_is_three()
    {
        var profile = _folder.At("profile.json");
        await File.WriteAllTextAsync(profile, """{"url": "http://127.0.0.1:9", "url": "http://127.0.0.1:10"}""");
        File.SetUnixFileMode(profile, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var run = await ClientRun.OfAsync([], new() { ["DEPLOYMENTS_PROFILE"] = profile }, TimeProvider.System, "ls");

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.StartsWith($"The profile {profile} cannot be read", run.Errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Access(string url) =>
        new() { ["DEPLOYMENTS_URL"] = url, ["DEPLOYMENTS_PROJECT"] = "demo", ["DEPLOYMENTS_TOKEN"] = "a-token" };
}
