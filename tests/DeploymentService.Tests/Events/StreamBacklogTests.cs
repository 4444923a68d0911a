using System.Net.Sockets;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Events;

/// <summary>Followers that are far behind: what is too old for memory comes from the database, and what is purged is a gap.</summary>
public sealed class StreamBacklogTests : IDisposable
{
    private const int Backlog = RecentEvents.Capacity + 600;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_long_way_through_database_and_memory_is_without_a_seam()
    {
        await using var app = Started();
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        await project.UpdateManyAsync(id, Backlog);
        var all = (await project.HistoryAsync(id)).Select(evt => evt.ToJsonString()).ToList();
        Assert.Equal(Backlog + 1, all.Count);

        // Behind memory; at its beginning; in it; one chunk before the end.
        var sequences = (await project.HistoryAsync(id)).Select(Histories.Sequence).ToList();
        foreach (var seen in new[] { 0, 1, Backlog - RecentEvents.Capacity, Backlog - RecentEvents.Capacity + 1, Backlog - 1200, Backlog - 499, Backlog })
        {
            using var follower = await Follower.OpenAsync(project, after: seen == 0 ? 0 : sequences[seen - 1]);
            Assert.Equal(all[seen..], (await follower.EventsAsync(all.Count - seen)).Select(evt => evt.ToJsonString()));
        }
    }

    [Fact]
    public async Task Neither_is_one_while_many_write()
    {
        await using var app = Started();
        var (project, noise) = (new Project(app), new Project(app));
        var (id, other) = (await project.DeploymentAsync(), await noise.DeploymentAsync());
        await Task.WhenAll(project.UpdateManyAsync(id, Backlog / 2), noise.UpdateManyAsync(other, Backlog / 2));

        var followers = Enumerable.Range(0, 4).Select(_ => FollowAsync(project, Backlog + 1)).ToList();
        await Task.WhenAll(project.UpdateManyAsync(id, Backlog - (Backlog / 2)), noise.UpdateManyAsync(other, Backlog / 2));

        var all = (await project.HistoryAsync(id)).Select(evt => evt.ToJsonString()).ToList();
        foreach (var received in await Task.WhenAll(followers))
        {
            Assert.Equal(all, received);
        }
    }

    [Fact]
    public async Task A_follower_of_an_empty_database_sees_the_first_event_of_all()
    {
        await using var app = Started();
        var project = new Project(app);
        using var follower = await Follower.OpenAsync(project);
        using var again = await Follower.OpenAsync(project, after: 0);
        using var ahead = await Follower.OpenAsync(project, after: 5);
        // Before them there are the admin's and the member's token.
        Assert.Equal(2, (await follower.BlockAsync()).Id);
        Assert.Equal(0, (await again.BlockAsync()).Id);
        Assert.Equal(5, (await ahead.BlockAsync()).Id);
        Assert.Equal((2L, "gap"), ((await ahead.BlockAsync()) is var gap ? gap.Id : null, gap.Event));

        await project.DeploymentAsync();

        foreach (var each in new[] { follower, again, ahead })
        {
            Assert.Equal((3L, "created"), (Assert.Single(await each.EventsAsync(1)) is var created ? created.Sequence() : 0, created.Kind()));
        }
    }

    [Fact]
    public async Task What_was_purged_is_a_gap_and_the_rest_comes()
    {
        string projectId;
        long last;
        string id;
        await using (var app = Started())
        {
            var project = new Project(app);
            projectId = project.Id;
            id = await project.DeploymentAsync();
            await project.UpdateManyAsync(id, 9);
            last = (await project.HistoryAsync(id))[^1].Sequence();
            // Before them there are the admin's and the member's token.
            Assert.Equal(12, last);
            await PurgeAsync(app, numbers: 6);
        }

        // Without anything in memory.
        await using (var app = Started())
        {
            foreach (var (after, gap) in new (long, string?)[] { (0, "1-6"), (3, "4-6"), (5, "6-6"), (6, null), (8, null), (12, null) })
            {
                using var follower = await FollowAsync(app, projectId, after);
                Assert.Equal(new Block(after, null, null, null), await follower.BlockAsync());
                if (gap is not null)
                {
                    var block = await follower.BlockAsync();
                    Assert.Equal($"gap {gap} 6", $"{block.Event} {block.Data!["from"]}-{block.Data["to"]} {block.Id}");
                }

                var first = Math.Max(6, after);
                Assert.Equal(Enumerable.Range((int)first + 1, (int)(last - first)).Select(number => (long)number), (await follower.EventsAsync((int)(last - first))).Select(Histories.Sequence));
            }

            // The last event of all stays, so that no number is given twice.
            await PurgeAsync(app, numbers: 1_000_000);
            using var late = await FollowAsync(app, projectId, after: 2);
            Assert.Equal(2, (await late.BlockAsync()).Id);
            Assert.Equal("""{"from":3,"to":11}""", (await late.BlockAsync()).Data!.ToJsonString());
            Assert.Equal([12L], (await late.EventsAsync(1)).Select(Histories.Sequence));
        }
    }

    [Fact]
    public async Task A_clock_that_goes_back_tears_no_hole()
    {
        var clock = new FakeTimeProvider();
        await using var app = new ServiceApp(new() { ["Events:RetentionDays"] = "1" }, replace: services => services.AddSingleton<TimeProvider>(clock));
        var project = new Project(app);
        var begun = clock.GetUtcNow();
        var id = await project.DeploymentAsync();
        foreach (var hours in new[] { 24, 0, 0 })
        {
            clock.AdjustTime(begun.AddHours(hours));
            await project.UpdateAsync(id, "{}");
        }

        clock.AdjustTime(begun.AddHours(25));
        await app.Services.GetRequiredService<DeploymentService.Retention.Purge>().RemoveAsync(CancellationToken.None);

        Assert.Equal([4L, 5L, 6L], (await project.HistoryAsync(id)).Select(Histories.Sequence));
    }

    [Fact]
    public async Task What_is_purged_under_a_slow_follower_is_a_gap_too()
    {
        const int count = 3000;
        // The admin's and the member's token.
        const long before = 2;
        string projectId;
        await using (var app = Started())
        {
            var project = new Project(app);
            projectId = project.Id;
            // Nine megabytes: more than what fits between a service and a client that does not read.
            await project.UpdateManyAsync(await project.DeploymentAsync(), count - 1, new string('漢', 995));
        }

        await using (var app = Started())
        {
            using var slow = await FollowAsync(app, projectId, before, receiveBuffer: 8192);
            await slow.BlockAsync();
            await PurgeAsync(app, numbers: 1_000_000);

            var (place, gaps) = (before, 0);
            while (place < before + count)
            {
                var block = await slow.BlockAsync();
                if (block.Event == "gap")
                {
                    gaps++;
                    Assert.Equal((place + 1, before + count - 1), (block.Data!["from"]!.GetValue<long>(), block.Data["to"]!.GetValue<long>()));
                }
                else
                {
                    Assert.Equal(place + 1, block.AsEvent()!.Sequence());
                }

                place = block.Id!.Value;
            }

            Assert.Equal(1, gaps);
        }
    }

    private static async Task<List<string>> FollowAsync(Project project, int count)
    {
        using var follower = await Follower.OpenAsync(project, after: 0);
        return [.. (await follower.EventsAsync(count)).Select(evt => evt.ToJsonString())];
    }

    /// <summary>Follows as the admin; with a small buffer for what it has not read.</summary>
    private static Task<Follower> FollowAsync(ServiceApp app, string projectId, long after, int receiveBuffer = 65536)
    {
        using var probe = app.CreateDefaultClient();
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = receiveBuffer };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = probe.BaseAddress,
        };
        client.DefaultRequestHeaders.Add("X-Auth-Token", ServiceApp.AdminToken);
        return Follower.OpenAsync(client, $"/v1/{projectId}/events", after);
    }

    private static Task PurgeAsync(ServiceApp app, long numbers) => app.Services.GetRequiredService<GroupCommitWriter>().WriteAsync(new Purge(numbers));

    private ServiceApp Started()
    {
        var app = new ServiceApp(folder: _folder.Name);
        app.StartServer();
        return app;
    }

    private sealed class Purge(long numbers) : Change<bool>
    {
        private static readonly Statement<long> Oldest = new(
            """
            DELETE FROM deployment_events WHERE sequence < (SELECT min(sequence) FROM deployment_events) + $1
            AND sequence < (SELECT max(sequence) FROM deployment_events)
            """,
            (parameters, numbers) => parameters.Add(numbers));

        protected override bool Execute(IWriteTransaction rows)
        {
            rows.Execute(Oldest, [numbers]);
            return true;
        }
    }
}
