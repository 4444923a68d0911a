using DeploymentService.Storage;

namespace DeploymentService.Auth;

/// <summary>Makes changes of tokens and sessions.</summary>
public sealed class TokenWriter(GroupCommitWriter writer, EventLog log, MemoryLease lease)
{
    /// <summary>What the changes append to.</summary>
    public EventLog Log => log;

    /// <summary>Makes a change.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public Task<T> WriteAsync<T>(Change<T> change) => writer.WriteAsync(change);

    /// <summary>Makes a change that ends something, and waits until that is refused everywhere. False when there was nothing to end.</summary>
    /// <exception cref="WriterBusyException">Nothing was stored; trying again may help.</exception>
    public async Task<bool> EndAsync(Change<bool> change)
    {
        if (!await writer.WriteAsync(change))
        {
            return false;
        }

        await lease.RunOutAsync();
        return true;
    }
}
