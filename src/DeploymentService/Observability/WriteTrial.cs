using DeploymentService.Storage;

namespace DeploymentService.Observability;

/// <summary>
/// Changes of the health check's own, by which a service that nobody sends changes any more finds out that it can store them again. Only after a
/// change has failed, and at most one a second, however many ask.
/// </summary>
internal sealed class WriteTrial(GroupCommitWriter writer, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task _trial = Task.CompletedTask;
    private long? _begun;

    /// <summary>Waits until a trial has ended, the one that is being made or the next, but not for long; what it came to is the writer's <see cref="GroupCommitWriter.LastFailure"/>.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task MakeAsync(TimeSpan patience, CancellationToken cancel)
    {
        Task trial;
        lock (_lock)
        {
            trial = _trial = _trial.IsCompleted ? TryAsync() : _trial;
        }

        try
        {
            await trial.WaitAsync(patience, cancel);
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
