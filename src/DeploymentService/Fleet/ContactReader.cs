using DeploymentService.Hosting;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>Reads every ten seconds on a shared database when servers were last heard of by other replicas. What servers report is in the log.</summary>
public sealed partial class ContactReader(FleetIndex fleet, IDatabaseReader reader, GroupCommitWriter writer, TimeProvider time, ILogger<ContactReader> logger)
    : PeriodicService(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // Each replica writes its own time.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken) => writer.IsShared ? base.StartAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        if (!fleet.Loaded.IsCompletedSuccessfully || fleet.Position is not { } position)
        {
            return;
        }

        // A clock that is ahead must not hide what the others write.
        var (written, now) = (fleet.LastWritten, Time.GetUtcNow().UtcDateTime);
        await reader.ForEachAsync(FleetQueries.WrittenServers, (written < now ? written : now) - Overlap, int.MaxValue, row =>
        {
            fleet.Load(row, position);
            return true;
        });
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // Ten seconds later all of it is read.
        Log.NotRead(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When other replicas heard of servers could not be read; it is tried again in ten seconds")]
        public static partial void NotRead(ILogger logger, Exception fault);
    }
}
