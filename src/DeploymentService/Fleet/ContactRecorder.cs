using DeploymentService.Hosting;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Puts down every ten seconds when servers were last heard of: as one write for many, and not one a poll. Those that were given up are forgotten. On a shared database
/// a row may be somewhat older than what is known, so that agents that poll do not become a load for all replicas.
/// </summary>
public sealed partial class ContactRecorder(
    FleetIndex fleet, GroupCommitWriter writer, FleetOptions options, TimeProvider time, ILogger<ContactRecorder> logger)
    : PeriodicService(Interval, time)
{
    // The writer is held up for some milliseconds by so many.
    private const int RowsAtOnce = 500;

    // Below that, others could take a server for silent that is not: a row may be older by a fifth of it, and is written and read every ten seconds.
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMinutes(2);

    // A server without a deployment that was not heard of for so long is not coming back.
    private static readonly TimeSpan Remembrance = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TimeSpan _tolerance;

    /// <inheritdoc />
    protected override bool RunsAtStop => true;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (writer.IsShared)
        {
            _tolerance = options.Silence / 5;
            if (options.Silence < ShortestSilence)
            {
                Log.SilenceIsShort(logger, options.Silence.TotalSeconds, ShortestSilence.TotalSeconds);
            }
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        // The last time all of it.
        _tolerance = TimeSpan.Zero;
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // What is not loaded yet must not be overwritten with what is not known yet.
        if (!fleet.Loaded.IsCompletedSuccessfully)
        {
            return;
        }

        // Those that are heard of meanwhile have their turn in ten seconds.
        await PutAsync([.. fleet.TakeHeard().Chunk(RowsAtOnce)]);

        var since = Time.GetUtcNow().UtcDateTime - Remembrance;
        foreach (var servers in fleet.ForgetServers(since).Chunk(RowsAtOnce))
        {
            await writer.WriteAsync(new DeleteServers(servers, since));
        }
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // Each of them is put down the next time, or forgotten again after the next start.
        Log.NotRecorded(logger, exception);

    private async Task PutAsync(FleetServer[][] heard)
    {
        for (var next = 0; next < heard.Length; next++)
        {
            var isStored = false;
            try
            {
                var puts = fleet.ToPut(heard[next], _tolerance);
                isStored = puts.Count == 0 || await writer.WriteAsync(new PutServers(puts.ConvertAll(put => put.Put)));
                if (isStored)
                {
                    fleet.EndPut(puts);
                }
            }
            catch
            {
                fleet.KeepHeard(heard[(next + 1)..].SelectMany(servers => servers));
                throw;
            }
            finally
            {
                fleet.KeepHeard(isStored ? [] : heard[next]);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When servers were last heard of could not be recorded")]
        public static partial void NotRecorded(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Warning,
            "Servers:SilentSeconds is {Seconds}: with several replicas on one database a server may be taken for silent that another replica has just heard of; use {Shortest} or more")]
        public static partial void SilenceIsShort(ILogger logger, double seconds, double shortest);
    }
}
