namespace DeploymentService.Storage;

/// <summary>
/// The times of batches. None is before an earlier one, so that no <c>updated_time</c> goes back and no list of what changed since a time misses a change. When
/// the clock was set back, time stands still until the clock has caught up; when that would take more than a minute, the clock is followed.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="last">The latest time that was given before; null for none.</param>
/// <param name="logger">Is told when time goes back.</param>
public sealed partial class WriterClock(TimeProvider time, DateTime? last, ILogger logger)
{
    /// <summary>For how long time may stand still.</summary>
    public static TimeSpan LongestHold { get; } = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private DateTime? _logged;
    private DateTime _last = last ?? DateTime.MinValue;

    /// <summary>The time of the next batch, UTC, in whole milliseconds.</summary>
    /// <param name="stored">The time of the last event that is stored, where others write, too; null where there are none, or no event.</param>
    public DateTime Next(DateTime? stored = null)
    {
        if (stored > _last)
        {
            _last = stored.Value;
        }

        // As it is read from the database later.
        var now = UnixMilliseconds.ToUtc(UnixMilliseconds.From(time.GetUtcNow().UtcDateTime));
        if (now < _last)
        {
            if (_last - now <= LongestHold)
            {
                return _last;
            }

            // Where clocks are apart, each writer meets the other's times again and again.
            if (!(now - _logged < LogInterval))
            {
                _logged = now;
                Log.WentBack(logger, _last, now);
            }
        }

        return _last = now;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The clock was set back from {Before:O} to {Now:O}, or is that far behind another replica's: changes from now on have earlier times than those before")]
        public static partial void WentBack(ILogger logger, DateTime before, DateTime now);
    }
}
