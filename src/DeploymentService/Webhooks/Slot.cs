namespace DeploymentService.Webhooks;

/// <summary>One place of those that a semaphore has, until it is disposed of.</summary>
internal readonly struct Slot : IDisposable
{
    private readonly SemaphoreSlim _slots;

    private Slot(SemaphoreSlim slots) => _slots = slots;

    /// <summary>Waits for one.</summary>
    public static async Task<Slot> TakeAsync(SemaphoreSlim slots, CancellationToken cancel)
    {
        await slots.WaitAsync(cancel);
        return new(slots);
    }

    /// <inheritdoc />
    public void Dispose() => _slots.Release();
}
