using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Support;

/// <summary>A clock that stands still until it is told to go on, and knows when somebody begins to do something every so often: time that passed before that does not count for him.</summary>
public sealed class PeriodClock(TimeSpan watched) : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();

    /// <summary>Ends as soon as one more has begun to do something once in the period that is watched.</summary>
    public async Task BegunAsync() => await _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (period == watched)
        {
            _begun.Writer.TryWrite(true);
        }

        return timer;
    }
}
