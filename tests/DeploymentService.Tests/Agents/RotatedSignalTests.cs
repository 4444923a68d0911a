using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>With a server's agent URL its signal URLs become worthless: whoever has them may not be the server any more.</summary>
public sealed class RotatedSignalTests
{
    private const string Rotation = """{"rotate": true}""";
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_report_to_a_rotated_url_is_refused_and_in_the_history()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var signal = Agent.SignalUrl(await agent.EntryAsync());
        await Agent.UrlAsync(_project, body: Rotation);

        foreach (var (method, body) in new[] { ("PUT", "{}"), ("POST", """{"deploy_status_code": 1}"""), ("PUT", "no json"), ("PUT", null) })
        {
            var answer = await agent.SendAsync(method, signal, body);
            var refused = (await _project.HistoryAsync(id))[^1];

            answer.AssertRefused(404);
            Assert.Equal("refused 1 IN_PROGRESS>IN_PROGRESS agent", refused.Line());
            Assert.Contains("rotated", refused.Reason(), StringComparison.Ordinal);
            Assert.Equal(answer.Headers["x-openstack-request-id"], refused["request_id"]!.GetValue<string>());
        }

        var shown = (await _project.SendAsync("GET", $"software_deployments/{id}?detail=true")).Json["software_deployment"]!;
        Assert.Equal("IN_PROGRESS", shown["status"]!.GetValue<string>());
        Assert.Contains("a report was refused at ", shown["waiting_for"]!.GetValue<string>(), StringComparison.Ordinal);
        var server = (await _project.SendAsync("GET", "servers")).Json["servers"]![0]!;
        Assert.Null(server["last_report_time"]);
    }

    [Fact]
    public async Task The_new_url_leads_to_signal_urls_that_work_and_runs_nothing_again()
    {
        var id = await _project.DeploymentAsync();
        var first = await (await Agent.OfAsync(_project)).EntryAsync();

        foreach (var generation in new[] { 2, 3 })
        {
            var agent = await Agent.OfAsync(_project, body: Rotation);
            var entry = await agent.EntryAsync();

            Assert.Equal(first["id"]!.GetValue<string>(), entry["id"]!.GetValue<string>());
            Assert.Contains($"/signal/{_project.Id}/{id}/1-{generation}/", Agent.SignalUrl(entry), StringComparison.Ordinal);
            Assert.Equal((await agent.PollAsync()).Text, (await agent.PollAsync()).Text);
        }

        var last = await Agent.OfAsync(_project);
        Assert.Equal(200, (await last.SignalAsync("{}")).Status);
        Assert.Equal("COMPLETE", (await _project.SendAsync("GET", $"software_deployments/{id}")).String("software_deployment", "status"));
    }

    [Fact]
    public async Task The_document_of_a_server_that_was_never_rotated_has_no_generation()
    {
        var id = await _project.DeploymentAsync();

        var signal = Agent.SignalUrl(await (await Agent.OfAsync(_project)).EntryAsync());

        Assert.Contains($"/signal/{_project.Id}/{id}/1/", signal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotation_is_of_one_server_and_a_token_signals_as_before()
    {
        await _project.DeploymentAsync();
        var other = await Agent.OfAsync(_project, "another-server");
        var of = await _project.DeploymentAsync("another-server");
        var signal = Agent.SignalUrl(await other.EntryAsync());
        var id = await _project.DeploymentAsync("by-token");
        await Agent.UrlAsync(_project, body: Rotation);
        await Agent.UrlAsync(_project, "by-token", Rotation);

        Assert.Equal(200, (await other.SendAsync("PUT", signal, "{}")).Status);
        Assert.Equal("COMPLETE", (await _project.SendAsync("GET", $"software_deployments/{of}")).String("software_deployment", "status"));
        Assert.Equal(200, (await _project.SendAsync("POST", $"software_deployments/{id}/signal", "{}", await _project.TokenAsync("agent", "by-token"))).Status);
        Assert.Equal("COMPLETE", (await _project.SendAsync("GET", $"software_deployments/{id}")).String("software_deployment", "status"));
    }

    [Fact]
    public async Task A_generation_that_was_put_into_a_url_makes_it_another_one()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var signal = Agent.SignalUrl(await agent.EntryAsync());
        await Agent.UrlAsync(_project, body: Rotation);

        foreach (var execution in new[] { "1-2", "1-1", "1-", "1-x", "-1", "1-2-3" })
        {
            (await agent.SendAsync("PUT", signal.Replace($"/{id}/1/", $"/{id}/{execution}/", StringComparison.Ordinal), "{}")).AssertRefused(404);
        }

        Assert.DoesNotContain(await _project.HistoryAsync(id), evt => evt.Kind() == "refused");
    }
}
