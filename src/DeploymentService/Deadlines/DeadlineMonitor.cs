using DeploymentService.Hosting;
using DeploymentService.Storage;

namespace DeploymentService.Deadlines;

/// <summary>
/// Looks once a second whether a deadline has passed: one look at an index, and a write only when there is something to write. What became due while the
/// service was down is dealt with when it starts.
/// </summary>
public sealed partial class DeadlineMonitor(
    IDatabaseReader reader, GroupCommitWriter writer, EventLog log, DeadlinesOptions options, TimeProvider time, ILogger<DeadlineMonitor> logger)
    : PeriodicService(Interval, time)
{
    // Measured: 25 ms of the writer's time. After a long pause there may be 100,000, and others want to write too.
    private const int MostAtOnce = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly LogPause _pause = new(time);

    /// <inheritdoc />
    protected override bool RunsAtStart => true;

    /// <inheritdoc />
    protected override bool IsDoneByOthers => writer.IsShared;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var (overdue, expired) = (0, 0);
        try
        {
            // Each step leaves fewer: who has become overdue is due once more at most.
            while (!stoppingToken.IsCancellationRequested
                && await reader.ListAsync(DeadlineQueries.Due, Time.GetUtcNow().UtcDateTime, MostAtOnce) is { Count: > 0 } due)
            {
                var passed = await writer.WriteAsync(new ProcessDueDeadlines(log, due, options.OverdueSeconds));
                if (passed is { Overdue: 0, Expired: 0 })
                {
                    // The writer's time is not as late yet, or reports came in between.
                    break;
                }

                overdue += passed.Overdue;
                expired += passed.Expired;
            }
        }
        finally
        {
            if (overdue + expired > 0)
            {
                Log.Passed(logger, overdue, expired);
            }
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception)
    {
        // The disk may be full or held by another program: what is due stays due.
        if (exception is not DatabaseUnavailableException || _pause.IsOver())
        {
            Log.NotPassed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Nobody reported in time: {Overdue} deployments are overdue now, {Expired} were failed")]
        public static partial void Passed(ILogger logger, int overdue, int expired);

        [LoggerMessage(LogLevel.Warning, "Deadlines have passed and could not be recorded; they are tried again every second; of a database that is not available this is said once a minute")]
        public static partial void NotPassed(ILogger logger, Exception fault);
    }
}
