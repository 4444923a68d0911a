using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>
/// How fast a webhook is sent to: several at once while its receiver takes what comes; one at a time while it is slow or fails; and more and more rarely the longer every attempt
/// has failed, however much waits, so that a receiver that is away costs next to nothing.
/// </summary>
internal sealed class DeliveryPace
{
    private const int MostSending = 8;

    // One that fails or is slow takes no more of what all share.
    private const int MostSendingOfSlow = 1;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private bool _isSlow;
    private DateTime? _pausedUntil;

    /// <summary>How many may be on their way now.</summary>
    public int Most(Webhook webhook, DateTime now) => now < _pausedUntil ? 0 : _isSlow || webhook.FailingSince is not null ? MostSendingOfSlow : MostSending;

    /// <summary>Hears what became of attempts.</summary>
    /// <param name="webhook">How the webhook is behind them.</param>
    /// <param name="last">The last of them.</param>
    public void Hear(Webhook webhook, AttemptOutcome last)
    {
        _isSlow = last.Duration > Slow;
        _pausedUntil = webhook.FailingSince is { } since ? last.Time + RetrySchedule.Pause(last.Time - since) : null;
    }

    /// <summary>Makes no more pause: people may have mended it.</summary>
    public void Resume() => _pausedUntil = null;
}
