using DeploymentService.Auth.Sessions;
using DeploymentService.Hosting;

namespace DeploymentService.Auth;

/// <summary>
/// Puts down once a minute when tokens were last used: a write with every request would double the work of the disk for a figure that
/// nobody needs to the second. Sessions that have ended go at the same time.
/// </summary>
public sealed partial class TokenUseRecorder(
    TokenRegistry registry, TokenStore store, SessionStore sessions, TimeProvider time, ILogger<TokenUseRecorder> logger)
    : PeriodicService(Interval, time)
{
    // The writer is held up for some milliseconds by so many.
    private const int RowsAtOnce = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override bool RunsAtStop => true;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        foreach (var used in registry.TakeUsed().Chunk(RowsAtOnce))
        {
            await store.RecordUseAsync(used);
        }

        registry.ForgetEndedSessions();
        await sessions.RemoveEndedAsync();
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) =>
        // A minute of a figure for people is lost.
        Log.NotRecorded(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The last use of tokens could not be recorded, or ended sessions not be removed")]
        public static partial void NotRecorded(ILogger logger, Exception fault);
    }
}
