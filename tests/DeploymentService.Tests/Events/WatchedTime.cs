using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Events;

/// <summary>A clock that knows when somebody begins to wait for a span, or for what is left of it: time that passed before that would not count for the wait.</summary>
public sealed class WatchedTime(TimeSpan watched) : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<bool> _waits = Channel.CreateUnbounded<bool>();

    /// <summary>Lets time pass as soon as so many waits have begun since the last time.</summary>
    public async Task PassAsync(TimeSpan span, int waits = 1)
    {
        for (var wait = 0; wait < waits; wait++)
        {
            await _waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }

        Advance(span);
    }

    /// <summary>Lets the span pass for each wait that begins, until something has come.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> coming)
    {
        while (!coming.IsCompleted)
        {
            await Task.WhenAny(coming, _waits.Reader.WaitToReadAsync().AsTask());
            if (!coming.IsCompleted && _waits.Reader.TryRead(out _))
            {
                Advance(watched);
            }
        }

        return await coming;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == watched || (dueTime > TimeSpan.Zero && dueTime <= watched && period == Timeout.InfiniteTimeSpan))
        {
            _waits.Writer.TryWrite(true);
        }

        return timer;
    }
}
