using DeploymentService.Http;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Lets a list, a count or a wait begin when the <see cref="FleetIndex"/> has everything that was written before it was asked for, by whichever process. Mostly, where no other
/// process writes, that is so already.
/// </summary>
public sealed class CurrentFleet(EventLog log, FleetIndex fleet, TimeProvider time)
{
    // Whoever asks is better served by another try than by an answer that takes longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Waits, but not for long.</summary>
    /// <exception cref="FaultException">503: it is still being loaded, could not be loaded, or is behind the log.</exception>
    /// <exception cref="DatabaseUnavailableException">The database, which other processes may have written to, cannot be read.</exception>
    public ValueTask WaitAsync(CancellationToken cancel)
    {
        var current = log.CurrentAsync(cancel);
        return current.IsCompletedSuccessfully && fleet.Position >= log.End ? ValueTask.CompletedTask : new(WaitForItAsync(current.AsTask(), cancel));
    }

    private async Task WaitForItAsync(Task current, CancellationToken cancel)
    {
        try
        {
            // As long as the database takes, whatever the clock says.
            await current.WaitAsync(Patience, cancel);
            var (end, begun) = (log.End, time.GetTimestamp());
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
