using DeploymentService.Events;
using DeploymentService.Idempotency;
using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>Removes what has become too old, at the start and then every hour: events, and the keys of requests that must not be done twice.</summary>
public sealed partial class Purge(
    IDatabaseReader reader, GroupCommitWriter writer, HistoryIndexer histories, EventsOptions events, TimeProvider time, ILogger<Purge> logger) : BackgroundService
{
    // Bounds the time for which others wait behind a step. Measured: 36 ms.
    private const int MostAtOnce = 5000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Removes it now.</summary>
    /// <param name="stoppingToken">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not everything was removed; trying again may help.</exception>
    public async Task RemoveAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var removedEvents = await RemoveAsync(() => OldEventsAsync(now - events.Retention), stoppingToken);
        await histories.RemovePurgedAsync(stoppingToken);
        var removedKeys = await RemoveAsync(() => OldKeysAsync(now - IdempotencyKey.Lifetime), stoppingToken);
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
    private async Task<int> RemoveAsync(Func<Task<Change<int>?>> findStep, CancellationToken stoppingToken)
    {
        var all = 0;
        while (!stoppingToken.IsCancellationRequested && await findStep() is { } step)
        {
            all += await writer.WriteAsync(step);
        }

        return all;
    }

    /// <summary>
    /// The oldest events, up to the first that is younger than a time, so that none is missing behind the first that stays, whatever the clock did. The last event of
    /// all stays, so that no number is given twice.
    /// </summary>
    private async Task<Change<int>?> OldEventsAsync(DateTime before)
    {
        long? first = null;
        var firstThatStays = 0L;
        await reader.ForEachAsync(PurgeSql.Events, 0L, evt =>
        {
            first ??= evt.Number;
            firstThatStays = evt.Number;
            return evt.Time < before && evt.Number - first < MostAtOnce;
        });
        return firstThatStays > first ? new RemoveOldest<long>(PurgeSql.RemoveEvents, firstThatStays) : null;
    }

    /// <summary>The oldest keys; those of one time go together.</summary>
    private async Task<Change<int>?> OldKeysAsync(DateTime before) =>
        await reader.ListAsync(PurgeSql.OldKeys, before, MostAtOnce) is [.., var last] ? new RemoveOldest<DateTime>(PurgeSql.RemoveKeys, last) : null;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Events} old events were removed, and {Keys} keys of requests")]
        public static partial void Removed(ILogger logger, int events, int keys);

        [LoggerMessage(LogLevel.Warning, "Old events and keys could not all be removed")]
        public static partial void NotRemoved(ILogger logger, Exception exception);
    }
}
