using System.Globalization;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Replicas;

/// <summary>What replicas do by themselves, each of them: once in all.</summary>
public sealed class ReplicaTimeTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T12:00:00Z", CultureInfo.InvariantCulture));

    [ReplicaFact]
    public async Task A_deadline_passes_once()
    {
        await using var room = new ReplicaRoom(3, _time, new() { ["Deadlines:OverdueSeconds"] = "30" });
        var ids = new List<string>();
        for (var server = 0; server < 20; server++)
        {
            ids.Add(await room[server].TimedDeploymentAsync(timeout: 10, $"server-{server}"));
        }

        await AdvanceUntilAsync(async () => (await room[0].IdsAsync("?status=FAILED")).Length == ids.Count);

        for (var server = 0; server < ids.Count; server++)
        {
            Assert.Equal("created overdue expired", await room[server].KindsAsync(ids[server]));
        }
    }

    [ReplicaFact]
    public async Task When_a_server_was_heard_of_is_known_on_all_and_never_goes_back()
    {
        await using var room = new ReplicaRoom(2, _time);
        var agent = await Agent.OfAsync(room[0]);
        Assert.Equal(200, (await agent.PollAsync()).Status);
        var heard = await LastFetchAsync(room[0]);
        Assert.NotNull(heard);

        await AdvanceUntilAsync(async () => await LastFetchAsync(room[1]) == heard);

        // A row may be older than what is known by a minute.
        _time.Advance(TimeSpan.FromSeconds(61));
        // What is put down by one that has heard of an earlier poll does not take the later one away.
        Assert.Equal(200, (await new Agent(room[1].App, new Uri(agent.Url).PathAndQuery).PollAsync()).Status);
        var later = await LastFetchAsync(room[1]);
        Assert.NotEqual(heard, later);
        for (var step = 0; step < 20; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(later, await LastFetchAsync(room[1]));
        }

        await AdvanceUntilAsync(async () => await LastFetchAsync(room[0]) == later);
    }

    [ReplicaFact]
    public async Task A_removed_server_stays_so_for_those_who_heard_of_it_before_and_for_those_who_start_later()
    {
        await using var room = new ReplicaRoom(2, _time);
        await room[0].CreateAsync(await room[0].ConfigAsync(), "a-server", status: "COMPLETE");
        // Both know it, and have not put it down yet.
        foreach (var project in room.Projects)
        {
            Assert.Equal(200, (await (await Agent.OfAsync(project)).PollAsync()).Status);
        }

        // It waits until the tokens of the server's agents are refused everywhere.
        Assert.Equal(204, (await room[1].SendAsync("DELETE", "servers/a-server")).Status);
        // Both have heard of that before time passes: what is on its way to the database does not take a minute, and here a minute is over at once.
        Assert.All(await Task.WhenAll(room.Projects.Select(project => project.ServersAsync())), Assert.Empty);
        for (var step = 0; step < 10; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.All(await Task.WhenAll(room.Projects.Select(project => project.ServersAsync())), Assert.Empty);
        }

        Assert.Empty(await room.Start().ServersAsync());

        // It is heard of again by the one, and is back for all, those too that start later.
        Assert.Equal(200, (await (await Agent.OfAsync(room[0])).PollAsync()).Status);
        await AdvanceUntilAsync(async () => (await room[1].ServersAsync()).Count == 1 && (await room[2].ServersAsync()).Count == 1);
        Assert.Single(await room.Start().ServersAsync());
    }

    private static async Task<string?> LastFetchAsync(Project project) =>
        (await project.ServersAsync()).Select(server => server!["last_fetch_time"]?.GetValue<string>()).SingleOrDefault();

    /// <summary>Lets time pass until something is so, which takes as long as it takes.</summary>
    private async Task AdvanceUntilAsync(Func<Task<bool>> isSo)
    {
        for (var step = 0; step < 10_000; step++)
        {
            if (await isSo())
            {
                return;
            }

            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(Task.Run(() => { }));
        }

        Assert.Fail("It is not so, however much time passes.");
    }
}
