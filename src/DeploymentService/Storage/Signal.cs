namespace DeploymentService.Storage;

/// <summary>Something to wait for that happens again and again.</summary>
public sealed class Signal
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next pulse. To be taken before looking, so that nothing falls in between.</summary>
    public Task Next
    {
        get
        {
            var next = _next;
            if (!next.Task.IsCompleted)
            {
                return next.Task;
            }

            // Whoever comes first puts a fresh one in its place.
            Interlocked.CompareExchange(ref _next!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), next);
            return _next.Task;
        }
    }

    /// <summary>Ends all waits.</summary>
    public void Pulse() => _next.TrySetResult();
}
