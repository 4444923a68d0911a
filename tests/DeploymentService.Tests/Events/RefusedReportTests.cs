using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>A report that could not be taken is in the history, with the reason and without what was sent.</summary>
public sealed class RefusedReportTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("{\"status\": \"s3cret", "The body is not valid JSON")]
    [InlineData("s3cret", "The body is not valid JSON")]
    [InlineData("{\"output_values\": {\"a\": s3cret}}", "The body is not valid JSON")]
    [InlineData("[\"s3cret\"]", "The body must be a JSON object")]
    [InlineData("", "The body is empty")]
    [InlineData("{\"status_reason\": \"s3cret \\ud83d\"}", "The body has half of a surrogate pair")]
    [InlineData("{\"status\": \"s3cret\"}", "status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case.")]
    [InlineData("{\"status\": \"complete\"}", "status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case.")]
    [InlineData("{\"status_reason\": {\"s3cret\": 1}, \"output_values\": [\"s3cret\"]}", "output_values: must be an object; status_reason: must be a string.")]
    public async Task A_refused_update_is_in_the_history(string body, string reason)
    {
        var id = await _project.DeploymentAsync();
        var before = await ShowAsync(id);

        var refused = await _project.SendAsync("PUT", $"software_deployments/{id}", body);

        refused.AssertRefused(400);
        var evt = await RefusedAsync(id, "refused 1 IN_PROGRESS>IN_PROGRESS member");
        Assert.Equal(reason, evt.Reason());
        Assert.Equal(refused.Headers["x-openstack-request-id"], evt["request_id"]!.GetValue<string>());
        Assert.Equal("member-of-a-test", evt["who"]!["name"]!.GetValue<string>());
        Assert.Equal(before, await ShowAsync(id));
    }

    [Theory]
    [InlineData("{", "The body is not valid JSON")]
    [InlineData("{\"deploy_stdout\": s3cret}", "The body is not valid JSON")]
    [InlineData("[\"s3cret\"]", "The body must be a JSON object")]
    public async Task A_refused_signal_is_in_the_history_by_whichever_way_it_came(string body, string reason)
    {
        foreach (var byUrl in new[] { true, false })
        {
            var server = byUrl ? "by-url" : "by-token";
            var id = await _project.DeploymentAsync(server);
            var before = await ShowAsync(id);
            var refused = byUrl
                ? await (await Agent.OfAsync(_project, server)).SignalAsync(body)
                : await _project.SendAsync("POST", $"software_deployments/{id}/signal", body, await _project.TokenAsync("agent", server));

            refused.AssertRefused(400);
            var evt = await RefusedAsync(id, "refused 1 IN_PROGRESS>IN_PROGRESS agent");
            Assert.Equal(reason, evt.Reason());
            Assert.Equal(refused.Headers["x-openstack-request-id"], evt["request_id"]!.GetValue<string>());
            Assert.Equal(byUrl ? null : "agent-of-a-test", evt["who"]!["name"]?.GetValue<string>());
            Assert.Equal(before, await ShowAsync(id));
        }
    }

    [Theory]
    [InlineData("PUT", "")]
    [InlineData("POST", "/signal")]
    public async Task So_is_one_of_another_content_type(string method, string path)
    {
        var id = await _project.DeploymentAsync();

        (await _project.SendAsync(method, $"software_deployments/{id}{path}", "<s3cret/>", contentType: "application/xml")).AssertRefused(415);

        Assert.Equal("The body must be JSON in UTF-8", (await RefusedAsync(id, "refused 1 IN_PROGRESS>IN_PROGRESS member")).Reason());
    }

    [Fact]
    public async Task So_is_one_that_is_too_large_with_both_sizes()
    {
        var (put, signal, url) = (await _project.DeploymentAsync("s-1"), await _project.DeploymentAsync("s-2"), await _project.DeploymentAsync("s-3"));
        var large = $$"""{"deploy_stdout": "{{new string('x', 16 * 1024 * 1024)}}"}""";

        (await _project.SendAsync("PUT", $"software_deployments/{put}", large)).AssertRefused(400);
        (await _project.SendAsync("POST", $"software_deployments/{signal}/signal", large)).AssertRefused(400);
        (await (await Agent.OfAsync(_project, "s-3")).SignalAsync(large)).AssertRefused(400);

        var size = Encoding.UTF8.GetByteCount(large);
        foreach (var (id, role, limit) in new[] { (put, "member", 1_048_576), (signal, "member", 16_777_216), (url, "agent", 16_777_216) })
        {
            Assert.Equal(
                $"Request limit exceeded: JSON body size ({size} bytes) exceeds maximum allowed size ({limit} bytes).",
                (await RefusedAsync(id, $"refused 1 IN_PROGRESS>IN_PROGRESS {role}")).Reason());
        }
    }

    [Fact]
    public async Task One_about_an_older_execution_says_so()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());
        await _project.SendAsync("POST", $"software_deployments/{id}/run");

        (await agent.SendAsync("PUT", url, "[]")).AssertRefused(400);

        await RefusedAsync(id, "refused 1 IN_PROGRESS>IN_PROGRESS agent");
    }

    [Theory]
    [InlineData("PUT", "", "{")]
    [InlineData("PUT", "", "{\"status\": \"x\"}")]
    [InlineData("POST", "/signal", "{")]
    public async Task Who_may_not_report_leaves_nothing(string method, string path, string body)
    {
        var id = await _project.DeploymentAsync();
        var foreigner = await ServiceApp.NewProject().MemberTokenAsync();
        foreach (var token in new[] { await _project.TokenAsync("agent", "another-server"), await _project.TokenAsync("reader"), foreigner, "nobody" })
        {
            Assert.InRange((await _project.SendAsync(method, $"software_deployments/{id}{path}", body, token)).Status, 400, 403);
        }

        Assert.Equal(["created"], (await _project.HistoryAsync(id)).Select(Histories.Kind));
    }

    [Fact]
    public async Task A_body_that_breaks_off_in_transit_leaves_nothing_of_another_servers_agent()
    {
        var id = await _project.DeploymentAsync();
        var chunks = "nope\r\n\r\n"u8.ToArray();
        foreach (var (server, method, path) in new[] { ("another-server", "PUT", ""), ("another-server", "POST", "/signal"), ("a-server", "PUT", "") })
        {
            var head = $"{method} /v1/{_project.Id}/software_deployments/{id}{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + $"X-Auth-Token: {await _project.TokenAsync("agent", server)}\r\nTransfer-Encoding: chunked\r\n\r\n";
            (await _project.App.SendBytesAsync([.. Encoding.ASCII.GetBytes(head), .. chunks])).AssertRefused(400);
        }

        Assert.StartsWith("The request could not be read: ", (await RefusedAsync(id, "refused 1 IN_PROGRESS>IN_PROGRESS agent")).Reason(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_url_leaves_nothing()
    {
        var id = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());

        (await agent.SendAsync("PUT", url[..^1] + (url[^1] == 'A' ? 'B' : 'A'), "{")).AssertRefused(404);

        await _project.UpdateAsync(id, "{}");
        Assert.Equal(["created", "fetched", "update"], (await _project.HistoryAsync(id)).Select(Histories.Kind));
    }

    /// <summary>The one refusal in a history.</summary>
    private async Task<JsonNode> RefusedAsync(string id, string line)
    {
        var answer = await _project.SendAsync("GET", $"software_deployments/{id}/events");
        Assert.DoesNotContain("s3cret", answer.Text, StringComparison.Ordinal);
        var refused = Assert.Single(answer.Events(), evt => evt.Kind() == "refused");
        Assert.Equal(line, refused.Line());
        return refused;
    }

    private async Task<string> ShowAsync(string id) => (await _project.SendAsync("GET", $"software_deployments/{id}")).Text;
}
