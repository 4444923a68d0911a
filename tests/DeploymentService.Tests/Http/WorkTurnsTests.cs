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

    private async Task WorkAsync(string projectId, string name)
    {
        await _turns.BeginAsync(projectId, CancellationToken.None);
        _begun.Add($"{projectId} {name}");
        _turns.End();
    }
}
