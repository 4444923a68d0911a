using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Puts down every ten seconds when servers were last heard of: as one write for many, and not one a poll. Those that were given up are forgotten.
/// </summary>
public sealed partial class ContactRecorder(FleetIndex fleet, GroupCommitWriter writer, TimeProvider time, ILogger<ContactRecorder> logger) : BackgroundService
{
    // The writer is held up for some milliseconds by so many.
    private const int RowsAtOnce = 500;

    // A server without a deployment that was not heard of for so long is not coming back.
    private static readonly TimeSpan Remembrance = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RecordAsync();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RecordAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private async Task RecordAsync()
    {
        try
        {
            // What is not loaded yet must not be overwritten with what is not known yet.
            if (!fleet.Loaded.IsCompletedSuccessfully)
            {
                return;
            }

            foreach (var contacts in fleet.DrainDirtyServers().Chunk(RowsAtOnce))
            {
                await writer.WriteAsync(new PutServers(contacts));
            }

            foreach (var contacts in fleet.ForgetServers(time.GetUtcNow().UtcDateTime - Remembrance).Chunk(RowsAtOnce))
            {
                await writer.WriteAsync(new DeleteServers(contacts));
            }
        }
        catch (Exception exception)
        {
            // Each of them is put down when it is next heard of, or forgotten again after the next start.
            Log.NotRecorded(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When servers were last heard of could not be recorded")]
        public static partial void NotRecorded(ILogger logger, Exception exception);
    }
}
