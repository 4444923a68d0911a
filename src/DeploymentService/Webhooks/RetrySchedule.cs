namespace DeploymentService.Webhooks;

/// <summary>When what failed is tried again: soon at first, then more and more rarely, for a day; and how long a webhook may fail.</summary>
public static class RetrySchedule
{
    private const int Factor = 3;
    private const double Jitter = 0.2;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <summary>Behind an attempt that comes so long after a delivery was due for the first time, there is none.</summary>
    public static TimeSpan GivenUpAfter { get; } = TimeSpan.FromDays(1);

    /// <summary>A webhook that has failed at every attempt for so long is turned off.</summary>
    public static TimeSpan TurnedOffAfter { get; } = TimeSpan.FromDays(5);

    /// <summary>Why a webhook is to be turned off; null when it is not.</summary>
    /// <param name="failingSince">Since when every attempt has failed, UTC; null when the last one did not.</param>
    /// <param name="isGone">True when its receiver has said that it is gone for good.</param>
    /// <param name="error">What was wrong with the last attempt, without any name: it goes into the logs.</param>
    /// <param name="now">Now, UTC.</param>
    public static string? TurnOffReason(DateTime? failingSince, bool isGone, string? error, DateTime now) =>
        isGone ? "The receiver answered 410: it is gone"
        : failingSince <= now - TurnedOffAfter ? $"Every delivery failed for {TurnedOffAfter.TotalDays} days, the last one with: {error}"
        : null;

    /// <summary>How long to wait behind an attempt.</summary>
    /// <param name="attempts">How many there were.</param>
    /// <param name="chance">From 0 to 1: so that what failed together does not all come back at once.</param>
    public static TimeSpan Delay(long attempts, double chance)
    {
        var delay = First * Math.Pow(Factor, Math.Min(attempts - 1, 20));
        return (delay < Longest ? delay : Longest) * (1 - Jitter + (2 * Jitter * chance));
    }
}
