using DeploymentService.Events;
using DeploymentService.Hosting;
using DeploymentService.Idempotency;
using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>
/// Removes what has become too old, at the start and then every hour: events, and the keys of requests that must not be done twice. Nothing while the clock
/// may be wrong. And once, at the start, the runs of deployments that are gone: an earlier version, which may work with this schema, leaves them there.
/// </summary>
public sealed partial class Purge(
    IDatabaseReader reader, GroupCommitWriter writer, EventHistory history, EventsOptions events, TimeProvider time, ILogger<Purge> logger)
    : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ClockTrust _clock = new(history, time);
    private bool _hasWaited;
    private bool _hasLookedAtRuns;

    /// <inheritdoc />
    protected override bool RunsAtStart => true;

    /// <inheritdoc />
    protected override bool IsDoneByOthers => writer.IsShared;

    /// <summary>Removes it now, whatever the clock did.</summary>
    /// <param name="stoppingToken">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not everything was removed; trying again may help.</exception>
    public async Task RemoveAsync(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        var removedEvents = await SmallSteps.RunAsync(writer, () => OldEventsAsync(now - events.Retention), stoppingToken);
        await history.RemovePurgedAsync(stoppingToken);
        var removedKeys = await SmallSteps.RunAsync(writer, () => OldKeysAsync(now - IdempotencyKey.Lifetime), stoppingToken);
        if (removedEvents + removedKeys > 0)
        {
            Log.Removed(logger, removedEvents, removedKeys);
        }
    }

    /// <summary>Removes the runs whose deployment is gone.</summary>
    /// <param name="stoppingToken">Ends it after the step that is being made.</param>
    /// <exception cref="WriterBusyException">Not everything was removed; trying again may help.</exception>
    public async Task RemoveRunsAsync(CancellationToken stoppingToken)
    {
        var after = 0L;
        await SmallSteps.RunAsync(writer, NextAsync, stoppingToken);

        async Task<Change<int>?> NextAsync()
        {
            // Behind the last that was looked at: its other runs go, or stay, with it.
            while (!stoppingToken.IsCancellationRequested && await reader.ListAsync(PurgeSql.Runs, after, SmallSteps.Rows) is { Count: > 0 } looked)
            {
                after = looked[^1].Number;
                if (looked.Where(run => !run.IsThere).Select(run => run.Number).Distinct().ToList() is { Count: > 0 } gone)
                {
                    return new RemoveRows<long>(PurgeSql.RemoveRuns, gone);
                }
            }

            return null;
        }
    }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        if (!_hasLookedAtRuns)
        {
            await RemoveRunsAsync(stoppingToken);
            _hasLookedAtRuns = true;
        }

        var now = Time.GetUtcNow().UtcDateTime;
        if (await _clock.IsJustifiedAsync(now))
        {
            _hasWaited = false;
            await RemoveAsync(stoppingToken);
        }
        else if (_clock.Contradiction is { } other)
        {
            Log.Contradicted(logger, now, other);
        }
        else if (!_hasWaited && await history.FirstTimeAsync() < now - events.Retention)
        {
            _hasWaited = true;
            Log.Waits(logger, now, events.Retention.TotalDays);
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // An hour later it is still old.
        Log.NotRemoved(logger, exception);

    /// <summary>
    /// The oldest events, up to the first that is younger than a time, so that none is missing behind the first that stays, whatever the clock did. The last event of
    /// all stays, so that no number is given twice.
    /// </summary>
    private async Task<Change<int>?> OldEventsAsync(DateTime before)
    {
        long? first = null;
        var firstThatStays = 0L;
        await reader.ForEachAsync(LogQueries.Times, 0L, SmallSteps.Rows + 1, evt =>
        {
            first ??= evt.Number;
            firstThatStays = evt.Number;
            return evt.Time < before && evt.Number - first < SmallSteps.Rows;
        });
        return firstThatStays > first ? new RemoveRows<long>(PurgeSql.RemoveEvents, firstThatStays) : null;
    }

    /// <summary>The oldest keys; those of one time go together.</summary>
    private async Task<Change<int>?> OldKeysAsync(DateTime before) =>
        await reader.ListAsync(PurgeSql.OldKeys, before, SmallSteps.Rows) is [.., var last] ? new RemoveRows<DateTime>(PurgeSql.RemoveKeys, last) : null;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Events} old events were removed, and {Keys} keys of requests")]
        public static partial void Removed(ILogger logger, int events, int keys);

        [LoggerMessage(LogLevel.Warning,
            "Events older than {Days} days stay for now: none is from yesterday, so the clock, which says {Now:u}, may be wrong. If it is right, they are removed when the service has run for a day")]
        public static partial void Waits(ILogger logger, DateTime now, double days);

        [LoggerMessage(LogLevel.Warning, "The clock says {Now:u} and that of another replica {Other:u}: set them right. Until they agree nothing old is removed")]
        public static partial void Contradicted(ILogger logger, DateTime now, DateTime other);

        [LoggerMessage(LogLevel.Warning, "Old events and keys could not all be removed")]
        public static partial void NotRemoved(ILogger logger, Exception fault);
    }
}
