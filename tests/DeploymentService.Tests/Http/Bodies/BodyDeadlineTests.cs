using System.Text.Json.Nodes;
using DeploymentService.Http.Bodies;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Http.Bodies;

/// <summary>A body that never ends is ended.</summary>
public sealed class BodyDeadlineTests : IAsyncLifetime, IDisposable
{
    private const int Mebibyte = 1024 * 1024;
    private static readonly TimeSpan Almost = BodyReader.TimeForMebibyte - TimeSpan.FromSeconds(1);
    private readonly DueClock _clock = new(BodyReader.TimeForMebibyte);
    private readonly ServiceApp _app;
    private readonly Project _project;

    public BodyDeadlineTests()
    {
        _app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(_clock));
        _project = new(_app);
    }

    public Task InitializeAsync()
    {
        _app.StartServer();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_sign_in_that_never_comes_whole_is_answered_and_closed()
    {
        using var slow = await SlowClient.BeginAsync(_app, "POST", "/v3/auth/tokens", 1000);
        await slow.SendAsync("{\"auth\": ");
        await _clock.BegunAsync();
        _clock.Advance(BodyReader.TimeForMebibyte);

        AssertTimedOut(await slow.AnswerAsync());
    }

    [Fact]
    public async Task So_is_a_config_of_which_nothing_comes()
    {
        using var slow = await SlowClient.BeginAsync(_app, "POST", $"/v1/{_project.Id}/software_configs", Mebibyte, await _project.MemberTokenAsync());
        await _clock.BegunAsync();
        _clock.Advance(BodyReader.TimeForMebibyte);

        AssertTimedOut(await slow.AnswerAsync());
    }

    [Theory]
    [InlineData("update")]
    [InlineData("signal")]
    [InlineData("url")]
    public async Task So_is_a_report_and_the_history_says_so(string way)
    {
        var id = await _project.DeploymentAsync();
        var (method, path, token) = way switch
        {
            "update" => ("PUT", $"/v1/{_project.Id}/software_deployments/{id}", await _project.MemberTokenAsync()),
            "signal" => ("POST", $"/v1/{_project.Id}/software_deployments/{id}/signal", await _project.MemberTokenAsync()),
            _ => ("PUT", new Uri(Agent.SignalUrl(await (await Agent.OfAsync(_project)).EntryAsync())).PathAndQuery, null),
        };
        using var slow = await SlowClient.BeginAsync(_app, method, path, 100, token);
        await slow.SendAsync("{");
        await _clock.BegunAsync();
        _clock.Advance(BodyReader.TimeForMebibyte);

        AssertTimedOut(await slow.AnswerAsync());
        var refused = Assert.Single(await _project.HistoryAsync(id), evt => evt.Kind() == "refused");
        Assert.Equal("The body did not come in time", refused.Reason());
    }

    [Fact]
    public async Task Each_mebibyte_has_its_time()
    {
        const int length = 3 * Mebibyte;
        const string frame = """{"deploy_stdout": ""}""";
        var id = await _project.DeploymentAsync();
        using var slow = await SlowClient.BeginAsync(_app, "POST", $"/v1/{_project.Id}/software_deployments/{id}/signal", length, await _project.MemberTokenAsync());
        await slow.SendAsync(frame[..^2]);
        await _clock.BegunAsync();
        for (var piece = 0; piece < 2; piece++)
        {
            _clock.Advance(Almost);
            await slow.SendAsync(new string('x', Mebibyte + 100_000));
            await _clock.BegunAsync();
        }

        _clock.Advance(Almost);
        await slow.SendAsync(new string('x', length - (2 * (Mebibyte + 100_000)) - frame.Length) + frame[^2..]);

        Assert.Equal("HTTP/1.1 200 OK", await slow.StatusAsync());
        Assert.Equal("COMPLETE", (await _project.SendAsync("GET", $"software_deployments/{id}")).String("software_deployment", "status"));
    }

    [Fact]
    public async Task A_large_body_that_stops_has_no_more_time_than_the_next_mebibyte()
    {
        var id = await _project.DeploymentAsync();
        using var slow = await SlowClient.BeginAsync(_app, "POST", $"/v1/{_project.Id}/software_deployments/{id}/signal", 16 * Mebibyte, await _project.MemberTokenAsync());
        await _clock.BegunAsync();
        await slow.SendAsync(new string('x', Mebibyte));
        await _clock.BegunAsync();
        _clock.Advance(BodyReader.TimeForMebibyte);

        AssertTimedOut(await slow.AnswerAsync());
    }

    private static void AssertTimedOut(string answer)
    {
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 1\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(
            "The body did not come in time: send it in one go.",
            JsonNode.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])!["error"]!["message"]!.GetValue<string>());
    }
}
