using DeploymentService.Http;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Lets a list, a count or a wait begin when the <see cref="FleetIndex"/> has everything that was written before it was asked for. Mostly that is so already.
/// </summary>
public sealed class CurrentFleet(EventLog log, FleetIndex fleet, TimeProvider time)
{
    // Whoever asks is better served by another try than by an answer that takes longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Waits, but not for long.</summary>
    /// <exception cref="FaultException">503: it is still being loaded, could not be loaded, or is behind the log.</exception>
    public ValueTask WaitAsync(CancellationToken cancel) => fleet.Position >= log.End ? ValueTask.CompletedTask : new(WaitForItAsync(log.End, cancel));

    private async Task WaitForItAsync(long end, CancellationToken cancel)
    {
        var begun = time.GetTimestamp();
        try
        {
            await fleet.Loaded.WaitAsync(Patience, time, cancel);
            await log.ReachAsync(fleet, end, Patience - time.GetElapsedTime(begun), cancel);
        }
        catch (TimeoutException)
        {
            throw new FaultException(Fault.Unavailable(fleet.Loaded.IsCompleted
                ? "The lists are behind the latest changes: try again in a moment."
                : "The deployments are still being loaded: try again in a moment."));
        }
    }
}
