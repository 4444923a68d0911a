using DeploymentService.Fleet;
using DeploymentService.Http;

namespace DeploymentService.Tests.Http;

/// <summary>Work that takes long is done for one project after the other.</summary>
public sealed class WorkTurnsTests
{
    private readonly WorkTurns _turns = new(atOnce: 1);
    private readonly List<string> _begun = [];

    [Fact]
    public async Task Projects_take_turns_however_many_wait_of_one()
    {
        await _turns.BeginAsync("loud", CancellationToken.None);
        Task[] waiting = [WorkAsync("loud", "1"), WorkAsync("loud", "2"), WorkAsync("loud", "3"), WorkAsync("quiet", "1"), WorkAsync("quiet", "2"), WorkAsync("third", "1")];
        Assert.Empty(_begun);

        _turns.End();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["loud 1", "quiet 1", "third 1", "loud 2", "quiet 2", "loud 3"], _begun);
        Assert.True(_turns.BeginAsync("loud", CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_has_gone_gets_no_turn()
    {
        await _turns.BeginAsync("loud", CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var impatient = _turns.BeginAsync("loud", gone.Token).AsTask();
        var patient = _turns.BeginAsync("loud", CancellationToken.None).AsTask();

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(patient.IsCompleted);
        _turns.End();
        await patient.WaitAsync(TimeSpan.FromSeconds(60));

        _turns.End();
        Assert.True(_turns.BeginAsync("another", CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_has_gone_costs_his_project_no_turn()
    {
        await _turns.BeginAsync("loud", CancellationToken.None);
        using var gone = new CancellationTokenSource();
        Task[] impatient = [_turns.BeginAsync("loud", gone.Token).AsTask(), _turns.BeginAsync("loud", gone.Token).AsTask()];
        Task[] waiting = [WorkAsync("loud", "1"), WorkAsync("quiet", "1")];
        await gone.CancelAsync();
        foreach (var one in impatient)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        _turns.End();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["loud 1", "quiet 1"], _begun);
    }

    [Fact]
    public async Task Who_has_a_turn_waits_for_no_second_one_and_keeps_the_first()
    {
        using var work = _turns.Of("loud");
        await work.BeginAsync(CancellationToken.None);
        var waiting = WorkAsync("quiet", "1");

        Assert.Equal(1, await new SearchLimit(_turns).RunAsync("loud", SearchLimit.Small + 1, () => 1, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Empty(_begun);

        work.End();
        work.End();
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(_turns.BeginAsync("loud", CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Work_that_fails_ends_its_turn()
    {
        await Assert.ThrowsAsync<TimeoutException>(async () => await new SearchLimit(_turns).RunAsync<int>("loud", SearchLimit.Small + 1, () => throw new TimeoutException(), CancellationToken.None));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.True(_turns.BeginAsync("loud", CancellationToken.None).AsTask().IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new SearchLimit(_turns).RunAsync("loud", SearchLimit.Small + 1, () => 1, cancelled.Token));
        _turns.End();
        Assert.True(_turns.BeginAsync("loud", CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    private async Task WorkAsync(string projectId, string name)
    {
        await _turns.BeginAsync(projectId, CancellationToken.None);
        _begun.Add($"{projectId} {name}");
        _turns.End();
    }
}
