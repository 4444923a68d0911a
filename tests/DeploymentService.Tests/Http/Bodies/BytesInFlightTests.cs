using DeploymentService.Http.Bodies;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Http.Bodies;

/// <summary>All bodies and answers together hold no more than they may, and small ones are taken all the same.</summary>
public sealed class BytesInFlightTests
{
    private const int Mebibyte = 1024 * 1024;

    // As much as one report may have, the least that can be set.
    private const int Room = 16;

    [Fact]
    public async Task What_has_no_room_is_told_to_come_again_and_there_is_room_when_the_others_are_gone()
    {
        await using var app = new ServiceApp(new() { ["Limits:BytesInFlight"] = $"{Room * Mebibyte}" });
        app.StartServer();
        var project = new Project(app);
        var token = await project.MemberTokenAsync();
        var large = $$"""{"name": "a", "config": "{{new string('x', Mebibyte - 100)}}"}""";
        var held = new List<SlowClient>();
        try
        {
            for (var number = 0; number < Room; number++)
            {
                held.Add(await SlowClient.BeginAsync(app, "POST", $"/v1/{project.Id}/software_configs", Mebibyte, token));
                await held[^1].SendAsync(new string('x', Mebibyte - 1));
            }

            // The service has read what was sent. Bodies that come meanwhile could take the room of these.
            var inFlight = app.Services.GetRequiredService<BytesInFlight>();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (inFlight.Now < Room * (Mebibyte - 1L))
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            var refused = await UntilAsync(503);
            Assert.Equal("1", refused.Headers["retry-after"]);
            Assert.Contains("Limits:BytesInFlight", refused.AssertRefused(503), StringComparison.Ordinal);
            Assert.Equal(200, (await project.SendAsync("POST", "software_configs", """{"name": "small"}""")).Status);
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }

        await UntilAsync(200);

        Task<Answer> UntilAsync(int status) => Until.StatusAsync(status, () => project.SendAsync("POST", "software_configs", large));
    }

    [Theory]
    [InlineData("member", "")]
    [InlineData("member", "?values=masked")]
    [InlineData("reader", "")]
    public async Task Answers_that_nobody_reads_count_too(string role, string query)
    {
        await using var app = NarrowApp();
        var project = new Project(app);
        var token = await project.TokenAsync(role);
        var small = await project.DeploymentAsync("another-server");
        var large = await LargeDeploymentAsync(project);
        var path = $"software_deployments/{large}{query}";
        using (await NeglectAsync(project, path, token))
        using (await NeglectAsync(project, path, token))
        {
            var refused = await project.SendAsync("GET", path, token: token);
            Assert.Equal("1", refused.Headers["retry-after"]);
            Assert.DoesNotContain("etag", refused.Headers.Keys);
            Assert.Contains("Limits:BytesInFlight", refused.AssertRefused(503), StringComparison.Ordinal);
            Assert.Equal(503, (await project.SendAsync("GET", "software_deployments?server_id=a-server", token: token)).Status);
            Assert.Equal(503, (await project.SendAsync("GET", "software_deployments?server_id=a-server&detail=true", token: token)).Status);
            Assert.Equal(200, (await project.SendAsync("GET", $"software_deployments/{small}", token: token)).Status);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await project.SendAsync("GET", path, token: token)).Status != 200)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task What_has_begun_or_changed_something_and_has_no_room_is_broken_off()
    {
        await using var app = NarrowApp();
        var project = new Project(app);
        var token = await project.MemberTokenAsync();
        var first = await project.DeploymentAsync("another-server");
        await project.UpdateAsync(first, $$"""{"output_values": {"v": "{{new string('x', Mebibyte - 100)}}"} }""");
        var large = await LargeDeploymentAsync(project);
        using var one = await NeglectAsync(project, $"software_deployments/{large}", token);
        using var other = await NeglectAsync(project, $"software_deployments/{large}", token);

        using var list = await NeglectAsync(project, "software_deployments", token);
        // A connection that is aborted may take along what was on its way.
        Assert.InRange((await list.ReadToEndAsync()).Length, 0, 2 * Mebibyte);
        await Assert.ThrowsAsync<HttpRequestException>(() => project.SendAsync("PUT", $"software_deployments/{large}", """{"status_reason": "done"}"""));

        var changed = await project.SendAsync("GET", $"software_deployments/{large}?values=false");
        Assert.Equal("done", changed.String("software_deployment", "status_reason"));
    }

    [Fact]
    public async Task Nought_is_no_limit()
    {
        await using var app = new ServiceApp(new() { ["Limits:BytesInFlight"] = "0" });
        app.StartServer();
        var project = new Project(app);

        Assert.Equal(200, (await project.SendAsync("POST", "software_configs", $$"""{"name": "a", "config": "{{new string('x', Mebibyte - 100)}}"}""")).Status);
    }

    private static ServiceApp NarrowApp()
    {
        var app = new ServiceApp(new() { ["Limits:BytesInFlight"] = $"{Room * Mebibyte}" });
        app.StartServer();
        return app;
    }

    /// <summary>A deployment of which the room holds two answers, and not three.</summary>
    private static async Task<string> LargeDeploymentAsync(Project project)
    {
        var large = await project.DeploymentAsync("a-server");
        var agent = await Agent.OfAsync(project);
        Assert.Equal(200, (await agent.SignalAsync($$"""{"deploy_stdout": "{{new string('x', 6 * Mebibyte)}}"}""")).Status);
        return large;
    }

    private static Task<SilentReader> NeglectAsync(Project project, string path, string token) => SilentReader.AskAsync(project.App, $"/v1/{project.Id}/{path}", token);
}
