using DeploymentService.Events;
using DeploymentService.Hosting;
using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>
/// Removes what has ended long ago, at the start and then every hour; nothing while the clock may be wrong. It may take long, so that it is no part of <see cref="Purge"/>. Each replica
/// does it, and what one has removed the others do not find.
/// </summary>
public sealed partial class RetentionService(RetentionSweep sweep, GroupCommitWriter writer, EventHistory history, TimeProvider time, ILogger<RetentionService> logger)
    : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ClockTrust _clock = new(history, time);
    private bool _hasWaited;

    /// <inheritdoc />
    protected override bool RunsAtStart => true;

    /// <inheritdoc />
    protected override bool IsDoneByOthers => writer.IsShared;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        if (await _clock.IsJustifiedAsync(now))
        {
            _hasWaited = false;
            await sweep.RemoveAsync(now, stoppingToken);
        }
        else if (!_hasWaited)
        {
            _hasWaited = true;
            Log.Waits(logger, now);
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // An hour later it is still due.
        Log.NotRemoved(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Retention waits: the clock, which says {Now:u}, is believed when an event is from yesterday, or when the service has run for a day")]
        public static partial void Waits(ILogger logger, DateTime now);

        [LoggerMessage(LogLevel.Warning, "What has ended long ago could not all be removed")]
        public static partial void NotRemoved(ILogger logger, Exception fault);
    }
}
