using DeploymentService.Http;
using DeploymentService.Idempotency;

namespace DeploymentService.Quotas;

/// <summary>Room for what is made once for its key: a request that comes again makes nothing.</summary>
public static class OnceForKey
{
    /// <summary>Makes room, unless an earlier request had the key.</summary>
    /// <param name="keys">Knows the keys that were used.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="operation">What makes it.</param>
    /// <param name="key">The key of the request; null for none.</param>
    /// <param name="hold">Makes the room.</param>
    /// <exception cref="FaultException">403: there is no room; it says of what.</exception>
    public static async ValueTask<QuotaHold> HoldAsync(this IdempotencyStore keys, string projectId, string operation, IdempotencyKey? key, Func<ValueTask<QuotaHold>> hold)
    {
        if (await keys.ContainsAsync(projectId, operation, key))
        {
            return QuotaHold.None;
        }

        try
        {
            return await hold();
        }
        catch (FaultException) when (key is not null)
        {
            // What there was no room beside may have been the same request, sent at the same time.
            if (await keys.ContainsAsync(projectId, operation, key))
            {
                return QuotaHold.None;
            }

            throw;
        }
    }
}
