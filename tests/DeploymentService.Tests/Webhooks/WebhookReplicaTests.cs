using DeploymentService.Tests.Replicas;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Webhooks;

/// <summary>Of several replicas one delivers, and another when it has died.</summary>
public sealed class WebhookReplicaTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["Webhooks:AllowedNetworks"] = "127.0.0.0/8" };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [ReplicaFact]
    public async Task Each_event_is_delivered_once_whichever_replica_it_came_by_and_nothing_is_lost_when_one_stops()
    {
        await using var room = new ReplicaRoom(2, _time, Settings);
        await using var receiver = await Receiver.StartAsync();
        var (id, _) = await room[0].WebhookAsync(receiver.Url);
        var config = await room[0].ConfigAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(server => room[server].DeploymentAsync($"server-{server}", config)));
        await room[0].UntilDeliveredAsync(id, 20, meanwhile: Pass);
        Assert.Equal(20, receiver.Taken.Count);

        await room.StopAsync(0);
        await room[0].DeploymentAsync("another", config);
        await room[0].UntilDeliveredAsync(id, 21, meanwhile: Pass);

        Assert.Equal(21, receiver.Taken.Count);
        Assert.Equal(21, receiver.Taken.Select(received => received.Id).Distinct().Count());
    }

    [ReplicaFact]
    public async Task What_a_replica_has_that_died_is_taken_over_when_its_time_is_over()
    {
        await using var room = new ReplicaRoom(1, _time, Settings);
        await using var receiver = await Receiver.StartAsync();
        var (id, _) = await room[0].WebhookAsync(receiver.Url, """, "enabled": false""");
        await room[0].DeploymentAsync();
        // As a replica leaves it that is killed.
        var until = _time.GetUtcNow().AddSeconds(20).ToUnixTimeMilliseconds();
        Assert.Equal(1, room.Number($"WITH taken AS (UPDATE webhooks SET lease_owner = 'one-that-died', lease_until = {until} WHERE id = '{id}' RETURNING 1) SELECT count(*) FROM taken"));

        await room[0].DoAsync("PUT", "webhooks/" + id, """{"enabled": true}""");
        await room[0].DeploymentAsync();
        Assert.Equal(1, room.Number($"SELECT count(*) FROM webhooks WHERE id = '{id}' AND lease_owner = 'one-that-died'"));
        Assert.Empty(receiver.All);
        _time.Advance(TimeSpan.FromSeconds(21));

        await room[0].UntilDeliveredAsync(id, 2, meanwhile: Pass);
        Assert.Equal(2, receiver.Taken.Count);
    }

    [ReplicaFact]
    public async Task What_a_replica_has_it_keeps_in_one_statement_and_what_another_has_it_leaves_alone()
    {
        await using var room = new ReplicaRoom(1, _time, Settings);
        await using var receiver = await Receiver.StartAsync();
        var ids = new List<string>();
        while (ids.Count < 4)
        {
            ids.Add((await room[0].WebhookAsync(receiver.Url)).Id);
        }

        await Until.TrueAsync(() => room.Number("SELECT count(*) FROM webhooks WHERE lease_owner IS NOT NULL") == 4, () => "not taken");
        var theirs = _time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        Assert.Equal(1, room.Number($"WITH taken AS (UPDATE webhooks SET lease_owner = 'another', lease_until = {theirs} WHERE id = '{ids[0]}' RETURNING 1) SELECT count(*) FROM taken"));

        _time.Advance(TimeSpan.FromSeconds(10));
        // Then whoever delivers looks at once.
        await room[0].DoAsync("PUT", "webhooks/" + ids[1], "{}");

        var kept = $"FROM webhooks WHERE lease_owner <> 'another' AND lease_until = {_time.GetUtcNow().AddSeconds(20).ToUnixTimeMilliseconds()}";
        await Until.TrueAsync(
            () => room.Number("SELECT count(*) " + kept) == 3 && room.Number($"SELECT count(DISTINCT (xmin::text, cmin::text)) {kept}") == 1, () => "not kept in one statement");
        await room[0].DeploymentAsync();
        await Until.TrueAsync(() => receiver.Taken.DistinctBy(received => received.Id).Count() == 3, () => $"{receiver.Taken.Count} came", Pass);
        Assert.Equal(1, room.Number($"SELECT count(*) FROM webhooks WHERE id = '{ids[0]}' AND lease_owner = 'another' AND lease_until = {theirs}"));
        Assert.Equal(0, room.Number($"SELECT count(*) FROM webhook_deliveries WHERE webhook_id = '{ids[0]}'"));

        await room.StopAsync(0);
        Assert.Equal(3, room.Number("SELECT count(*) FROM webhooks WHERE lease_owner IS NULL"));
        Assert.Equal(1, room.Number("SELECT count(*) FROM webhooks WHERE lease_owner = 'another'"));
    }

    // The log of others is looked at when time passes. Far more slowly than that of the machine, so that nobody takes over from a replica that is only slow.
    private void Pass() => _time.Advance(TimeSpan.FromMilliseconds(5));
}
