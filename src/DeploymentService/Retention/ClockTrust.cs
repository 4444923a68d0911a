using DeploymentService.Events;

namespace DeploymentService.Retention;

/// <summary>
/// Whether the clock is to be believed by those who remove what is old: a host that starts with a wrong one must not lose its history. It is, when it has run for
/// a day without a jump while the service did, or when the history has an event from yesterday, which says that a service ran then. It is not, while other replicas
/// write times that are no times of now: one of the clocks is wrong, and nobody knows which.
/// </summary>
internal sealed class ClockTrust(EventHistory history, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // More than a clock is ever corrected by in small steps.
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    private (long Timestamp, DateTime Time)? _begun;

    // When it was last asked, and up to which event there were any then.
    private (DateTime Time, long Last)? _asked;

    /// <summary>What another replica's clock has said since it was last asked, where that is no time of now; null where there is nothing of the kind.</summary>
    public DateTime? Contradiction { get; private set; }

    /// <summary>True when it is. To be asked every hour.</summary>
    public async ValueTask<bool> IsJustifiedAsync(DateTime now)
    {
        Contradiction = await ContradictionAsync(now);
        if (Contradiction is not null)
        {
            _begun = null;
            return false;
        }

        if (_begun is not { } begun || (now - begun.Time - time.GetElapsedTime(begun.Timestamp)).Duration() > Jump)
        {
            begun = (time.GetTimestamp(), now);
            _begun = begun;
        }

        return time.GetElapsedTime(begun.Timestamp) >= Day || await history.IsAnyBetweenAsync(now - Day - Day, now - Day);
    }

    /// <summary>The time of the latest event, when it has come since it was last asked and says something else.</summary>
    private async ValueTask<DateTime?> ContradictionAsync(DateTime now)
    {
        var (asked, last) = (_asked, await history.LastAsync());
        _asked = (now, last);
        return last > asked?.Last && await history.TimeAtAsync(last) is { } latest && (latest < asked.Value.Time - Jump || latest > now + Jump) ? latest : null;
    }
}
