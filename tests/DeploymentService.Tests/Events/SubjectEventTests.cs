using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Events;

/// <summary>The log may speak of something other than a deployment: the stream shows it under a name of its own, and it disturbs nobody.</summary>
public sealed class SubjectEventTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_stream_has_a_name_of_its_own_for_it_and_a_filter_leaves_it_out()
    {
        await using var app = Started();
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        using var all = await Follower.OpenAsync(project, after: 0);
        using var filtered = await Follower.OpenAsync(project, "?server_id=a-server", after: 0);

        var rollout = await AppendAsync(app, project, "paused", "password : hunter2");
        // Nobody was told of it: it is found when the next one comes.
        await project.SendAsync("PUT", $"software_deployments/{id}", "{}");

        var events = await all.EventsAsync(3);
        Assert.Equal(["created", "rollout.paused", "update"], events.Select(Histories.Kind));
        // Before them there are the admin's and the member's token.
        Assert.Equal([3L, 4L, 5L], events.Select(Histories.Sequence));
        Assert.Equal(
            ["sequence", "time", "subject", "id", "event", "status_from", "status_to", "reason", "who", "request_id"], events[1].AsObject().Select(member => member.Key));
        Assert.Equal(("rollout", rollout), (events[1]["subject"]!.GetValue<string>(), events[1]["id"]!.GetValue<string>()));
        Assert.Equal(["created", "update"], (await filtered.EventsAsync(2)).Select(Histories.Kind));
        // From the database, and as a reader sees it.
        using var again = await Follower.OpenAsync(project, after: 3, token: await project.TokenAsync("reader"));
        Assert.DoesNotContain("hunter2", (await again.EventsAsync(1))[0].ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Histories_fleet_and_numbers_are_what_they_are_without_it()
    {
        string projectId, id;
        await using (var app = Started())
        {
            var project = new Project(app);
            projectId = project.Id;
            id = await project.DeploymentAsync();
            foreach (var kind in new[] { "begun", "update", "deleted" })
            {
                var rollout = await AppendAsync(app, project, kind);
                await project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "FAILED"}""");
                Assert.Equal(404, (await project.SendAsync("GET", $"software_deployments/{rollout}/events")).Status);
            }

            await project.AssertAgreesAsync();
            Assert.Equal(["created", "update", "update", "update"], (await project.HistoryAsync(id)).Select(Histories.Kind));
            // Nobody tells of the last one at all.
            await AppendAsync(app, project, "ended");
        }

        await using (var app = Started())
        {
            var project = new Project(app, projectId);
            await project.AssertAgreesAsync();
            Assert.Equal(["created", "update", "update", "update"], (await project.HistoryAsync(id)).Select(Histories.Kind));
            await project.DeploymentAsync();
            await project.AssertAgreesAsync();
            using var stream = await Follower.OpenAsync(project, after: 9);
            Assert.Equal(["rollout.ended", "created"], (await stream.EventsAsync(2)).Select(Histories.Kind));
        }
    }

    private ServiceApp Started()
    {
        var app = new ServiceApp(folder: _folder.Name);
        app.StartServer();
        return app;
    }

    /// <summary>Appends an event about a rollout; the rollout.</summary>
    private static async Task<string> AppendAsync(ServiceApp app, Project project, string kind, string? reason = null)
    {
        var rollout = Guid.NewGuid().ToString();
        await app.Services.GetRequiredService<GroupCommitWriter>().WriteAsync(new Append(project.Id, rollout, kind, reason));
        return rollout;
    }

    private sealed class Append(string projectId, string rollout, string kind, string? reason) : Change<DeploymentEvent>
    {
        protected override DeploymentEvent Execute(IWriteTransaction rows) => rows.Append(new()
        {
            Sequence = 0,
            Subject = "rollout",
            ProjectId = projectId,
            DeploymentNumber = 0,
            DeploymentId = rollout,
            ServerId = "",
            Time = rows.Now,
            Kind = kind,
            Execution = 0,
            Reason = reason,
            ActorRole = "member",
        });
    }
}
