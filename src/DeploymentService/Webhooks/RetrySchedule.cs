namespace DeploymentService.Webhooks;

/// <summary>When what failed is tried again: soon at first, then more and more rarely, for a day; and how long a webhook may fail.</summary>
public static class RetrySchedule
{
    // With a receiver that fails half of the time a message waits for 2 s on the average, and what is behind it of its deployment with it. From 2 on the mean has no bound but the longest delay.
    private const double Factor = 1.5;
    private const double Jitter = 0.2;

    // What fails now and then makes no pause; behind what lasts, it is a part of how long it has lasted.
    private const int PauseParts = 10;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);
    private static readonly TimeSpan NoPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Behind an attempt that comes so long after a delivery was due for the first time, there is none.</summary>
    public static TimeSpan GivenUpAfter { get; } = TimeSpan.FromDays(1);

    /// <summary>A webhook that has failed at every attempt for so long is turned off.</summary>
    public static TimeSpan TurnedOffAfter { get; } = TimeSpan.FromDays(5);

    /// <summary>Attempts that are further apart do not show that it failed all the time: nothing was to be sent, or nobody was there to send it.</summary>
    public static TimeSpan LongestGap { get; } = TimeSpan.FromDays(1);

    /// <summary>Why a webhook is to be turned off; null when it is not.</summary>
    /// <param name="failingSince">Since when every attempt has failed, UTC; null when the last one did not.</param>
    /// <param name="isGone">True when its receiver has said that it is gone for good.</param>
    /// <param name="error">What was wrong with the last attempt, without any name: it goes into the logs.</param>
    /// <param name="now">Now, UTC.</param>
    public static string? TurnOffReason(DateTime? failingSince, bool isGone, string? error, DateTime now) =>
        isGone ? "The receiver answered 410: it is gone"
        : failingSince <= now - TurnedOffAfter ? $"Every delivery failed for {TurnedOffAfter.TotalDays} days, the last one with: {error}"
        : null;

    /// <summary>How long a webhook is sent nothing at all behind an attempt, whatever is due.</summary>
    /// <param name="failing">For how long every attempt has failed.</param>
    public static TimeSpan Pause(TimeSpan failing) =>
        failing < NoPause ? TimeSpan.Zero : failing / PauseParts is var pause && pause < LongestPause ? pause : LongestPause;

    /// <summary>How long a delivery waits behind an attempt.</summary>
    /// <param name="attempts">How many there were.</param>
    /// <param name="chance">From 0 to 1: so that what failed together does not all come back at once.</param>
    public static TimeSpan Delay(long attempts, double chance)
    {
        var delay = First * Math.Pow(Factor, Math.Min(attempts - 1, 30));
        return (delay < Longest ? delay : Longest) * (1 - Jitter + (2 * Jitter * chance));
    }
}
