using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Auth.Keystone;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Observability.Telemetry;

/// <summary>What <c>GET /metrics</c> shows, and to whom.</summary>
public sealed class MetricsTests(MeteredApp metered) : IClassFixture<MeteredApp>
{
    private const string Reports = "deployments_reports_total";
    private const string ByStatus = "deployments_fleet_deployments";

    private readonly Project _project = new(metered.App);

    [Fact]
    public async Task They_are_for_admins_alone()
    {
        var answer = await metered.AskAsync(ServiceApp.AdminToken);

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("text/plain; version=0.0.4", answer.Headers["content-type"], StringComparison.Ordinal);
        Assert.Equal(401, (await metered.AskAsync(null)).Status);
        Assert.Equal(401, (await metered.AskAsync("nobody's")).Status);
        foreach (var (role, serverId) in new[] { ("member", null), ("reader", null), ("agent", "a-server") })
        {
            Assert.Equal(403, (await metered.AskAsync(await _project.TokenAsync(role, serverId))).Status);
        }
    }

    [Fact]
    public async Task Without_the_setting_there_are_none() => Assert.Equal(404, (await MeteredApp.AskAsync(ServiceApp.Shared, ServiceApp.AdminToken)).Status);

    [Fact]
    public async Task Everything_is_shown_from_the_start_and_no_name_of_anybody()
    {
        await _project.DeploymentAsync("a-server-of-somebody");
        var text = await metered.TextAsync();

        foreach (var meter in new[] { "http_server_request_duration_seconds_count", "kestrel_active_connections", "dotnet_process_memory_working_set_bytes", "deployments_writer_batch_size_count", "deployments_writer_queue_length", "deployments_in_flight_size_bytes" })
        {
            Assert.Contains($"\n{meter}{{", text, StringComparison.Ordinal);
        }

        foreach (var outcome in new[] { "stored", "queue_full", "refused", "failed" })
        {
            Assert.InRange(MeteredApp.ValueIn(text, "deployments_writer_changes_total", $"outcome=\"{outcome}\""), 0, double.MaxValue);
        }

        Assert.Equal(0, MeteredApp.ValueIn(text, "deployments_limits_refused_total", "limit=\"heavy_reads\""));
        Assert.DoesNotContain(_project.Id, text, StringComparison.Ordinal);
        Assert.DoesNotContain("a-server-of-somebody", text, StringComparison.Ordinal);
    }

    // Dashboard and alerts ask for them; where nothing has happened yet, their names are nowhere else to be seen.
    [Fact]
    public void What_is_measured_when_something_happens_has_its_name()
    {
        string[] names =
        [
            "deployments.connections.refused", "deployments.fleet.overdue", "deployments.waiters", "deployments.webhooks.deliveries", "deployments.webhooks.lag",
            .. TestEngine.IsPostgres ? Array.Empty<string>() : ["deployments.sqlite.checkpoint.duration"],
        ];

        using var measured = new Measured(metered.App, names);

        Assert.Equal(names.Order(), measured.Instruments.Select(instrument => instrument.Name).Order());
    }

    [Fact]
    public async Task Reports_are_counted_by_what_they_came_to()
    {
        var before = await metered.TextAsync();
        foreach (var status in new[] { "COMPLETE", "COMPLETE", "FAILED", "IN_PROGRESS" })
        {
            var id = await _project.DeploymentAsync();
            await _project.SendAsync("PUT", $"software_deployments/{id}", $$"""{"status": "{{status}}", "status_reason": "a reason"}""");
        }

        var agent = await Agent.OfAsync(_project, "another-server");
        await _project.DeploymentAsync("another-server");
        var signal = Agent.SignalUrl(await agent.EntryAsync());
        await agent.SendAsync("PUT", signal, """{"deploy_status_code": 1}""");
        await agent.SendAsync("PUT", signal, """{"deploy_status_code": 0}""");

        foreach (var (outcome, more) in new[] { ("complete", 2), ("failed", 2), ("in_progress", 1), ("late", 1), ("refused", 0) })
        {
            var labels = $"outcome=\"{outcome}\"";
            await metered.ReachAsync(MeteredApp.ValueIn(before, Reports, labels) + more, Reports, labels);
        }

        // So that it does not go silent.
        Assert.Equal(204, (await _project.SendAsync("DELETE", "servers/another-server")).Status);
    }

    [Fact]
    public async Task The_fleet_is_counted_as_it_stands()
    {
        var before = await metered.TextAsync();
        var config = await _project.ConfigAsync();
        foreach (var server in new[] { "one", "two", "three" })
        {
            await _project.DeploymentAsync(server, config);
        }

        var done = await _project.DeploymentAsync("one", config);
        // An agent says so: its server has been heard of, is to say more, and is silent from then on.
        await _project.SendAsync("PUT", $"software_deployments/{done}", """{"status": "COMPLETE"}""", await _project.TokenAsync("agent", "one"));

        await metered.ReachAsync(MeteredApp.ValueIn(before, ByStatus, "status=\"complete\"") + 1, ByStatus, "status=\"complete\"");
        await metered.ReachAsync(MeteredApp.ValueIn(before, ByStatus, "status=\"in_progress\"") + 3, ByStatus, "status=\"in_progress\"");
        await metered.ReachAsync(MeteredApp.ValueIn(before, "deployments_fleet_servers", "") + 3, "deployments_fleet_servers");
        // No other test of this class leaves a server that was heard of.
        await metered.ReachAsync(1, "deployments_fleet_silent_servers");
        await metered.ReachAsync(0, "deployments_log_lag", "follower=\"fleet\"");
    }

    [Fact]
    public async Task A_stream_is_counted_while_it_is_followed_and_one_too_many_as_refused()
    {
        using var client = metered.App.CreateDefaultClient();
        client.DefaultRequestHeaders.Add("X-Auth-Token", await _project.MemberTokenAsync());
        using (await client.GetStreamAsync(new Uri($"/v1/{_project.Id}/events", UriKind.Relative)))
        {
            await metered.ReachAsync(1, "deployments_streams");
            Assert.Equal(429, (await _project.SendAsync("GET", "events")).Status);
            await metered.ReachAsync(1, "deployments_limits_refused_total", "limit=\"streams\"");
        }

        await metered.ReachAsync(0, "deployments_streams");
    }

    [Fact]
    public async Task Answers_of_keystone_are_counted()
    {
        await using var keystone = await FakeKeystone.StartedAsync();
        await using var app = keystone.Service(new() { ["Metrics:Enabled"] = "true" });
        var token = keystone.Token("p-1", ["reader"]);
        Assert.Equal(200, await app.ListAsync(token));
        Assert.Equal(401, await app.ListAsync("a-token-that-it-does-not-know"));
        var admin = keystone.Token(project: null, ["admin"], more: new() { ["system"] = new JsonObject { ["all"] = true } });
        Assert.Equal(200, (await MeteredApp.AskAsync(app, admin)).Status);
        Assert.Equal(403, (await MeteredApp.AskAsync(app, token)).Status);
        keystone.Status = 500;
        Assert.Equal(503, await app.ListAsync(keystone.Token("p-1", ["reader"])));

        // An answer from the cache is none of Keystone's.
        var text = (await MeteredApp.AskAsync(app, admin)).Text;
        Assert.Equal(2, MeteredApp.ValueIn(text, "deployments_keystone_answers_total", "outcome=\"valid\""));
        Assert.Equal(1, MeteredApp.ValueIn(text, "deployments_keystone_answers_total", "outcome=\"unknown\""));
        Assert.Equal(1, MeteredApp.ValueIn(text, "deployments_keystone_answers_total", "outcome=\"unavailable\""));
    }
}
