using DeploymentService.Events;
using DeploymentService.Hosting;
using DeploymentService.Idempotency;
using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>
/// Removes what has become too old, at the start and then every hour: events, and the keys of requests that must not be done twice. Nothing while the clock
/// may be wrong.
/// </summary>
public sealed partial class Purge(
    GroupCommitWriter writer, HistoryIndexer histories, EventHistory history, EventsOptions events, TimeProvider time, ILogger<Purge> logger)
    : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ClockTrust _clock = new(history, time);
    private bool _hasWaited;

    /// <inheritdoc />
    protected override bool RunsAtStart => true;

    /// <summary>Removes it now, whatever the clock did.</summary>
    /// <param name="stoppingToken">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not everything was removed; trying again may help.</exception>
    public async Task RemoveAsync(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        var removedEvents = await RemoveAsync(EventSql.Purge, now - events.Retention, stoppingToken);
        await histories.RemovePurgedAsync(stoppingToken);
        var removedKeys = await RemoveAsync(IdempotencySql.Purge, now - IdempotencyKey.Lifetime, stoppingToken);
        if (removedEvents + removedKeys > 0)
        {
            Log.Removed(logger, removedEvents, removedKeys);
        }
    }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        if (_clock.IsJustified(now))
        {
            _hasWaited = false;
            await RemoveAsync(stoppingToken);
        }
        else if (!_hasWaited && history.TimeAt(history.First()) < now - events.Retention)
        {
            _hasWaited = true;
            Log.Waits(logger, now, events.Retention.TotalDays);
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // An hour later it is still old.
        Log.NotRemoved(logger, exception);

    private Task<int> RemoveAsync(string purge, DateTime before, CancellationToken stoppingToken) =>
        SmallSteps.RunAsync(writer, () => new RemoveOldest(purge, before), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Events} old events were removed, and {Keys} keys of requests")]
        public static partial void Removed(ILogger logger, int events, int keys);

        [LoggerMessage(LogLevel.Warning,
            "Events older than {Days} days stay for now: none is from yesterday, so the clock, which says {Now:u}, may be wrong. If it is right, they are removed when the service has run for a day")]
        public static partial void Waits(ILogger logger, DateTime now, double days);

        [LoggerMessage(LogLevel.Warning, "Old events and keys could not all be removed")]
        public static partial void NotRemoved(ILogger logger, Exception fault);
    }
}
