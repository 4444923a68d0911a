using System.Text.Json.Nodes;
using DeploymentService.CommandLine;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Rollouts;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Audit;

/// <summary>What people did is listed with who did it, and nothing else is.</summary>
public sealed class AuditTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Everything_that_people_do_is_listed_newest_first()
    {
        var secret = await _project.MemberTokenAsync();
        await _project.App.SignInAsync("member-of-a-test", secret);
        await _project.DeploymentAsync();
        var rollout = await _project.RolloutAsync("\"servers\": [\"a\"], \"batch_sizes\": [1], \"pause_after_batch\": true");
        await _project.ActAsync(rollout, "abort");
        await AdminAsync("PUT", "quotas", """{"configs": 500}""");
        await AdminAsync("DELETE", "quotas");
        await _project.SendAsync("DELETE", "servers/a-server?deployments=fail");
        var token = (await AdminAsync("POST", "tokens", """{"name": "a-reader", "role": "reader"}""")).Json["token"]!["id"]!.GetValue<string>();
        var revoking = await AdminAsync("DELETE", $"tokens/{token}");

        var events = await EventsAsync();

        // What the service does by itself is among them, whenever it does it.
        Assert.Equal(
            """
            token.deleted bootstrap admin
            token.created bootstrap admin
            server.removed member-of-a-test member
            quota.reset bootstrap admin
            quota.set bootstrap admin
            rollout.aborted member-of-a-test member
            rollout.created member-of-a-test member
            session.opened member-of-a-test member
            token.created bootstrap admin
            """.ReplaceLineEndings("\n"),
            string.Join('\n', events.Where(evt => evt["who"].Text("role") != "service").Select(evt => $"{evt.Text("event")} {evt["who"].Text("name")} {evt["who"].Text("role")}")));
        Assert.Equal(events.Select(evt => evt.Number("sequence")).OrderDescending(), events.Select(evt => evt.Number("sequence")));
        Assert.Equal((token, revoking.Headers["x-openstack-request-id"], "The token 'a-reader' is revoked"), (events[0].Text("id"), events[0].Text("request_id"), events[0].Text("reason")));
        Assert.All(events, evt => Assert.True(evt["who"].Text("role") == "service" || evt.Text("request_id") is not null, evt.ToJsonString()));
        Assert.DoesNotContain(secret, new JsonArray([.. events.Select(evt => evt.DeepClone())]).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_one_another_and_filters_choose()
    {
        await _project.MemberTokenAsync();
        await _project.TokenAsync("reader");
        await AdminAsync("PUT", "quotas", """{"configs": 500, "bytes": 0}""");
        var all = await EventsAsync();
        Assert.Equal(4, all.Count);

        var paged = new List<JsonNode>();
        for (var path = "audit?limit=3"; path is not null;)
        {
            var answer = await AdminAsync("GET", path);
            paged.AddRange(answer.Json["events"]!.AsArray().Select(evt => evt!));
            path = answer.Json["events_links"]?[0]!["href"]!.GetValue<string>() is { } next ? next[next.IndexOf("audit?", StringComparison.Ordinal)..] : null;
        }

        Assert.Equal(all.Select(evt => evt.ToJsonString()), paged.Select(evt => evt.ToJsonString()));
        Assert.Equal(2, (await EventsAsync("?subject=quota")).Count);
        Assert.Equal(2, (await EventsAsync("?subject=token&kind=created&actor=bootstrap")).Count);
        Assert.Empty(await EventsAsync("?actor=nobody"));
        var time = all[1].Text("time");
        var since = await EventsAsync($"?since={time}");
        Assert.Contains(all[1].ToJsonString(), since.Select(evt => evt.ToJsonString()));
        Assert.Equal(4, since.Count + (await EventsAsync($"?before={time}")).Count);
        var wrong = (await AdminAsync("GET", "audit?subject=x&limit=-1&since=x", status: 400)).Message;
        Assert.All(
            ["subject: must be one of server, token, session, signing_key, rollout, quota", "limit: must be a whole number", "since: must be a time such as"],
            fault => Assert.Contains(fault, wrong, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_of_all_projects_is_in_each()
    {
        using var folder = new TempFolder();
        await using var app = new ServiceApp(folder: folder.Name);
        app.StartServer();
        await app.DisposeAsync();
        Assert.Equal(0, await ProgramCommands.RunAsync(["rotate-signing-key", .. app.Database.Arguments], TimeProvider.System, TextWriter.Null, TextWriter.Null));

        await using var again = new ServiceApp(folder: folder.Name);
        again.StartServer();
        var answer = await new Project(again).SendAsync("GET", "audit", token: ServiceApp.AdminToken);

        Assert.Equal("signing_key.created", Assert.Single(answer.Json["events"]!.AsArray()).Text("event"));
    }

    private async Task<IReadOnlyList<JsonNode>> EventsAsync(string query = "") =>
        [.. (await AdminAsync("GET", "audit" + query)).Json["events"]!.AsArray().Select(evt => evt!)];

    private async Task<Answer> AdminAsync(string method, string path, string? body = null, int? status = null)
    {
        var answer = await _project.SendAsync(method, path, body, ServiceApp.AdminToken);
        Assert.True(status is null ? answer.Status < 300 : answer.Status == status, answer.Text);
        return answer;
    }
}
