using DeploymentService.Fleet;
using DeploymentService.Http;

namespace DeploymentService.Tests.Fleet;

/// <summary>How many searches are made at once.</summary>
public sealed class SearchLimitTests
{
    private const int Large = SearchLimit.Small + 1;

    [Fact]
    public async Task Large_searches_wait_for_a_place_and_small_ones_go_by()
    {
        var limit = new SearchLimit(new WorkTurns(atOnce: 1));
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        var first = Task.Run(() => limit.RunAsync("p", Large, () => Enter(entered, gate), CancellationToken.None).AsTask());
        await entered.Task;

        var second = limit.RunAsync("p", Large, () => gate.IsSet, CancellationToken.None).AsTask();
        using var impatient = new CancellationTokenSource();
        var third = limit.RunAsync("p", Large, () => true, impatient.Token).AsTask();
        Assert.False(second.IsCompleted);
        Assert.True(await limit.RunAsync("p", SearchLimit.Small, () => true, CancellationToken.None));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);

        gate.Set();
        Assert.True(await first);
        Assert.True(await second);
    }

    [Fact]
    public async Task A_search_that_fails_leaves_its_place()
    {
        var limit = new SearchLimit(new WorkTurns(atOnce: 1));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => limit.RunAsync<int>("p", Large, () => throw new InvalidOperationException("A fault of a test."), CancellationToken.None).AsTask());

        Assert.True(await limit.RunAsync("p", Large, () => true, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Servers_are_looked_at_without_holding_up_those_who_change_them()
    {
        var fleet = new FleetIndex();
        for (var number = 0; number < 2_000; number++)
        {
            fleet.RecordFetch("p", $"server-{number}", DateTime.UnixEpoch, mayBeNew: true);
        }

        var servers = fleet.Look("p", project => project.Servers());
        using var looking = fleet.LookAtEach(servers.InOrder, server => server.LastFetchTime).GetEnumerator();
        Assert.True(looking.MoveNext());

        await Task.Run(() => fleet.RecordFetch("p", "server-999", DateTime.UnixEpoch.AddDays(1), mayBeNew: false)).WaitAsync(TimeSpan.FromSeconds(60));
        await Task.Run(() => fleet.RecordFetch("p", "a-new-one", DateTime.UnixEpoch, mayBeNew: true)).WaitAsync(TimeSpan.FromSeconds(60));

        var rest = 1;
        var isNewTimeSeen = false;
        while (looking.MoveNext())
        {
            rest++;
            isNewTimeSeen |= looking.Current > DateTime.UnixEpoch;
        }

        Assert.Equal((2_000, true), (rest, isNewTimeSeen));
        Assert.Equal("a-new-one", fleet.Look("p", project => project.Servers()).InOrder[0].Id);
    }

    private static bool Enter(TaskCompletionSource entered, ManualResetEventSlim gate)
    {
        entered.SetResult();
        return gate.Wait(TimeSpan.FromSeconds(60));
    }
}
