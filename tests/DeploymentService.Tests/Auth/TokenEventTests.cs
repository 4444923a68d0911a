using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Tests.Auth.Sessions;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Auth;

/// <summary>Each change of a token is in the log, without its secret, and nobody who watches deployments sees it.</summary>
public sealed class TokenEventTests
{
    [Fact]
    public async Task Tokens_and_sessions_are_in_the_log_and_their_secrets_are_not()
    {
        var app = ServiceApp.Shared;
        var project = ServiceApp.NewProject();
        var secret = await project.MemberTokenAsync();
        var session = (await app.SignInAsync("member-of-a-test", secret)).Session();
        var closing = await app.AboutAsync("DELETE", session, session);
        Assert.Equal(204, closing.Status);
        var agent = await project.SendAsync("POST", "tokens", """{"name": "an-agent", "role": "agent", "server_id": "a-server"}""", ServiceApp.AdminToken);
        var revoking = await project.SendAsync("DELETE", $"tokens/{agent.Json["token"]!["id"]}", token: ServiceApp.AdminToken);
        Assert.Equal(204, revoking.Status);

        var events = await EventsAsync(app, project);

        Assert.Equal(
            ["token created  bootstrap admin", "session opened  member-of-a-test member", "session closed  member-of-a-test member", "token created a-server bootstrap admin", "token deleted a-server bootstrap admin"],
            events.Select(evt => $"{evt.Subject} {evt.Kind} {evt.ServerId} {evt.ActorName} {evt.ActorRole}"));
        Assert.Equal(closing.Headers["x-openstack-request-id"], events[2].RequestId);
        Assert.Equal(revoking.Headers["x-openstack-request-id"], events[4].RequestId);
        Assert.Equal(agent.Json["token"]!["id"]!.GetValue<string>(), events[4].DeploymentId);
        Assert.Equal("The token 'an-agent' is revoked", events[4].Reason);
        var text = string.Join('\n', events);
        Assert.All(new[] { secret, session, Convert.ToHexString(TokenSecret.Hash(secret)), Convert.ToBase64String(TokenSecret.Hash(secret)) },
            hidden => Assert.DoesNotContain(hidden, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_stream_and_no_history_shows_them()
    {
        var project = ServiceApp.NewProject();
        await project.MemberTokenAsync();
        var place = ServiceApp.Shared.Services.GetRequiredService<EventLog>().End;
        using var all = await Follower.OpenAsync(project, after: place);
        using var ofServer = await Follower.OpenAsync(project, "?server_id=a-server", after: place);
        await project.TokenAsync("agent", "a-server");
        var id = await project.DeploymentAsync();

        // From memory, and from the database.
        using var again = await Follower.OpenAsync(project, after: 0);
        foreach (var stream in new[] { all, ofServer, again })
        {
            Assert.Equal("created", (await stream.EventsAsync(1))[0].Kind());
        }

        var token = (await EventsAsync(ServiceApp.Shared, project))[0].DeploymentId;
        Assert.Equal(404, (await project.SendAsync("GET", $"software_deployments/{token}/events")).Status);
        Assert.Single(await project.HistoryAsync(id));
    }

    [Fact]
    public async Task A_removed_server_takes_its_tokens_along_and_says_so()
    {
        var app = ServiceApp.Shared;
        var project = ServiceApp.NewProject();
        await project.DeploymentAsync();
        var agent = await project.TokenAsync("agent", "a-server");
        Assert.Equal(200, (await project.SendAsync("GET", "caller", token: agent)).Status);

        Assert.Equal(204, (await project.SendAsync("DELETE", "servers/a-server?deployments=fail")).Status);

        Assert.Equal(401, (await project.SendAsync("GET", "caller", token: agent)).Status);
        var evt = Assert.Single(await EventsAsync(app, project), evt => evt.Kind == "deleted");
        Assert.Equal(("token", "a-server", "member-of-a-test"), (evt.Subject, evt.ServerId, evt.ActorName));
    }

    /// <summary>The events of a project that are about no deployment.</summary>
    private static async Task<List<DeploymentEvent>> EventsAsync(ServiceApp app, Project project)
    {
        var reader = app.Services.GetRequiredService<IDatabaseReader>();
        return [.. (await reader.ListAsync(DeploymentService.Events.EventQueries.OfProject, (project.Id, 0L))).Where(evt => evt.Subject is not null)];
    }
}
