using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;
using DeploymentService.Tests.Waiting;

namespace DeploymentService.Tests.Replicas;

/// <summary>Whoever was answered by one replica finds what he wrote on every other, at once.</summary>
public sealed class ReadYourWritesTests : IAsyncLifetime
{
    private ReplicaRoom? _room;

    private ReplicaRoom Room => _room!;

    public Task InitializeAsync()
    {
        _room = PostgresServer.Missing is null ? new(3) : null;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_room is not null)
        {
            await _room.DisposeAsync();
        }
    }

    [ReplicaFact]
    public async Task Lists_counts_histories_and_waits_know_what_was_written_elsewhere()
    {
        const int rounds = 30;
        var config = await Room[0].ConfigAsync();
        for (var round = 0; round < rounds; round++)
        {
            var (here, there) = (Room[round], Room[round + 1]);
            var id = await here.DeploymentAsync($"server-{round}", config);

            Assert.Equal([id], await there.IdsAsync("?status=IN_PROGRESS"));
            Assert.Equal(round + 1, (await there.SummaryAsync())["servers"]!.GetValue<int>());
            Assert.Equal(["created"], (await there.HistoryAsync(id)).Select(Histories.Kind));

            await there.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");

            Assert.Equal(200, (await here.GetAsync($"software_deployments/wait?server_id=server-{round}&timeout=1").PromptlyAsync()).Status);
            Assert.Equal("COMPLETE", (await here.GetAsync($"software_deployments/{id}?wait=1").PromptlyAsync()).Status());
            Assert.Equal(round + 1, (await here.SummaryAsync())["by_status"]!["COMPLETE"]!.GetValue<int>());
            Assert.Empty(await here.IdsAsync("?status=IN_PROGRESS"));
        }

        Assert.All(await Task.WhenAll(Room.Projects.Select(project => project.ServersAsync())), servers => Assert.Equal(rounds, servers.Count));
    }

    [ReplicaFact]
    public async Task Waits_end_with_what_is_reported_elsewhere()
    {
        var id = await Room[0].DeploymentAsync("the-server");
        var waits = Room.Projects.SelectMany(project => new[]
        {
            project.GetAsync($"software_deployments/{id}?wait=60"), project.GetAsync("software_deployments/wait?server_id=the-server&timeout=60"),
            project.GetAsync("software_deployments?server_id=the-server&wait=60"),
        }).ToList();

        await Room[1].SendAsync("PUT", $"software_deployments/{id}", """{"status": "FAILED", "output_values": {"a": "b"}}""");

        var answers = await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(answers.Chunk(3), replica =>
        {
            Assert.Equal([200, 409, 200], replica.Select(answer => answer.Status));
            Assert.Equal("""{"a": "b"}""", replica[0].Raw("software_deployment", "output_values"));
        });
    }

    [ReplicaFact]
    public async Task A_server_that_was_removed_on_one_is_gone_on_all_and_comes_back_on_all()
    {
        var config = await Room[0].ConfigAsync();
        await Room[0].CreateAsync(config, "a-server", status: "COMPLETE");
        await Room[0].DeploymentAsync("another-server", config);
        Assert.Equal(200, (await (await Agent.OfAsync(Room[0])).PollAsync()).Status);

        Assert.Equal(204, (await Room[1].SendAsync("DELETE", "servers/a-server")).Status);

        foreach (var project in Room.Projects)
        {
            Assert.Equal(["another-server"], (await project.ServersAsync()).Select(server => server!["server_id"]!.GetValue<string>()));
            Assert.Equal(1, (await project.SummaryAsync())["servers"]!.GetValue<int>());
        }

        await Room[2].CreateAsync(config, "a-server", status: "COMPLETE");
        foreach (var project in Room.Projects)
        {
            Assert.Equal(2, (await project.ServersAsync()).Count);
        }
    }

    [ReplicaFact]
    public async Task A_stream_goes_on_at_another_replica_without_loss_doubling_or_disorder()
    {
        const int count = 600;
        var id = await Room[0].DeploymentAsync();
        var load = Task.WhenAll(Room.Projects.Select(project => project.UpdateManyAsync(id, count / 3)));
        var (place, found) = (0L, new List<long>());

        for (var hop = 0; found.Count <= count; hop++)
        {
            using var stream = await Follower.OpenAsync(Room[hop], "?deployment_id=" + id, after: place);
            var events = await stream.EventsAsync(Math.Min(37, count + 1 - found.Count));
            found.AddRange(events.Select(Histories.Sequence));
            place = found[^1];
        }

        await load;
        Assert.Equal((await Room[1].HistoryAsync(id)).Select(Histories.Sequence), found);
        Assert.Equal(count + 1, found.Distinct().Count());
    }

    [ReplicaFact]
    public async Task Of_all_who_have_seen_a_state_one_changes_it_wherever_they_ask()
    {
        var id = await Room[0].DeploymentAsync();
        for (var round = 0; round < 5; round++)
        {
            var tag = (await Room[round].GetAsync($"software_deployments/{id}")).Headers["etag"];
            var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(client =>
                Room[client].SendWithAsync(("If-Match", tag), "PUT", $"software_deployments/{id}", $$"""{"status_reason": "{{client}}"}""")));

            Assert.Equal([200], answers.Select(answer => answer.Status).Where(status => status != 412));
        }

        Assert.Equal(6, (await Room[2].HistoryAsync(id)).Count);
    }

    [ReplicaFact]
    public async Task One_key_creates_once_wherever_it_is_sent()
    {
        var body = $$"""{"config_id": "{{await Room[0].ConfigAsync()}}", "server_id": "a-server"}""";
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 48).Select(client =>
            Room[client].SendWithAsync(("Idempotency-Key", key), "POST", "software_deployments", body)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(await Room[1].IdsAsync(), answers.Select(answer => answer.String("software_deployment", "id")).Distinct());
    }

    [ReplicaFact]
    public async Task Under_the_load_of_all_each_fleet_is_what_the_database_says()
    {
        var ids = new List<string>();
        for (var server = 0; server < 12; server++)
        {
            ids.Add(await Room[server].DeploymentAsync($"server-{server}"));
        }

        await Task.WhenAll(ids.Select(async (id, number) =>
        {
            foreach (var status in Enumerable.Range(0, 40).Select(step => (step + number) % 3 == 0 ? "FAILED" : "COMPLETE"))
            {
                await Room[number + status.Length].SendAsync("PUT", $"software_deployments/{id}", $$"""{"status": "{{status}}"}""");
            }
        }));

        var summaries = await Task.WhenAll(Room.Projects.Select(project => project.SummaryAsync()));
        var failed = Room.Number("SELECT count(*) FROM software_deployments WHERE status = 'FAILED'");
        Assert.All(summaries, summary =>
        {
            Assert.Equal(failed, summary["by_status"]!["FAILED"]!.GetValue<long>());
            Assert.Equal(12 * 40, summary["hours"]!.AsArray().Sum(hour => hour!["reports"]!.GetValue<int>()));
        });
    }
}
