using DeploymentService.Events;
using DeploymentService.Idempotency;
using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>Removes what has become too old, at the start and then every hour: events, and the keys of requests that must not be done twice.</summary>
public sealed partial class Purge(GroupCommitWriter writer, IEventHistory histories, EventsOptions events, TimeProvider time, ILogger<Purge> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Removes it now.</summary>
    /// <param name="stoppingToken">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not everything was removed; trying again may help.</exception>
    public async Task RemoveAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var removedEvents = await RemoveAsync(EventSql.Purge, now - events.Retention, stoppingToken);
        await histories.RemovePurgedAsync(stoppingToken);
        var removedKeys = await RemoveAsync(IdempotencySql.Purge, now - IdempotencyKey.Lifetime, stoppingToken);
        if (removedEvents + removedKeys > 0)
        {
            Log.Removed(logger, removedEvents, removedKeys);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RemoveAsync(stoppingToken);
        }
        catch (Exception exception)
        {
            // An hour later it is still old.
            Log.NotRemoved(logger, exception);
        }
    }

    /// <summary>Step by step, so that the changes of others come in between.</summary>
    private async Task<int> RemoveAsync(string purge, DateTime before, CancellationToken stoppingToken)
    {
        var all = 0;
        for (var removed = 1; removed > 0 && !stoppingToken.IsCancellationRequested; all += removed)
        {
            removed = await writer.WriteAsync(new RemoveOldest(purge, before));
        }

        return all;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Events} old events were removed, and {Keys} keys of requests")]
        public static partial void Removed(ILogger logger, int events, int keys);

        [LoggerMessage(LogLevel.Warning, "Old events and keys could not all be removed")]
        public static partial void NotRemoved(ILogger logger, Exception exception);
    }
}
