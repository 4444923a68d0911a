using DeploymentService.Storage;

namespace DeploymentService.Observability;

/// <summary>
/// Changes of the health check's own, by which a service that nobody sends changes any more finds out that it can store them again. Only after a
/// change has failed, and at most one a second, however many ask.
/// </summary>
internal sealed class WriteTrial(GroupCommitWriter writer, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Whoever asks is answered: the trial itself may have to wait for the database, and goes on for the next who asks.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task _trial = Task.CompletedTask;
    private long? _begun;

    /// <summary>Waits until a trial has ended, the one that is being made or the next, but not for long; what it came to is the writer's <see cref="GroupCommitWriter.LastFailure"/>.</summary>
    public async Task MakeAsync(CancellationToken cancel)
    {
        Task trial;
        lock (_lock)
        {
            trial = _trial = _trial.IsCompleted ? TryAsync() : _trial;
        }

        try
        {
            await trial.WaitAsync(Patience, cancel);
        }
        catch (TimeoutException)
        {
            // The last failure stands.
        }
    }

    private async Task TryAsync()
    {
        if (_begun is { } begun && Interval - time.GetElapsedTime(begun) is { Ticks: > 0 } left)
        {
            await Task.Delay(left, time);
        }

        _begun = time.GetTimestamp();
        if (writer.LastFailure is null)
        {
            // Somebody's change was stored meanwhile.
            return;
        }

        try
        {
            await writer.WriteAsync(new PutTrial());
            await writer.WriteAsync(new RemoveTrial());
        }
        catch (Exception)
        {
            // The writer remembers it.
        }
    }
}
