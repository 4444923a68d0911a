using DeploymentService.Hosting;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Puts down every ten seconds when servers were last heard of: as one write for many, and not one a poll. Those that were given up are forgotten.
/// </summary>
public sealed partial class ContactRecorder(FleetIndex fleet, GroupCommitWriter writer, TimeProvider time, ILogger<ContactRecorder> logger)
    : PeriodicService(Interval, time)
{
    // The writer is held up for some milliseconds by so many.
    private const int RowsAtOnce = 500;

    // A server without a deployment that was not heard of for so long is not coming back.
    private static readonly TimeSpan Remembrance = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override bool RunsAtStop => true;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // What is not loaded yet must not be overwritten with what is not known yet.
        if (!fleet.Loaded.IsCompletedSuccessfully)
        {
            return;
        }

        // Those that are heard of meanwhile have their turn in ten seconds.
        for (var left = fleet.HeardOf; left > 0; left -= RowsAtOnce)
        {
            await writer.WriteAsync(new PutServers(fleet.DrainDirtyServers(RowsAtOnce)));
        }

        foreach (var contacts in fleet.ForgetServers(Time.GetUtcNow().UtcDateTime - Remembrance).Chunk(RowsAtOnce))
        {
            await writer.WriteAsync(new DeleteServers(contacts));
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // Each of them is put down when it is next heard of, or forgotten again after the next start.
        Log.NotRecorded(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When servers were last heard of could not be recorded")]
        public static partial void NotRecorded(ILogger logger, Exception fault);
    }
}
