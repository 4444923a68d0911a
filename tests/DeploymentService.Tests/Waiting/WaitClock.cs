using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using DeploymentService.Waiting;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Waiting;

/// <summary>A clock that stands still until it is told to go on, and knows who waits for how long: so a test knows when a request has begun to wait.</summary>
internal sealed class WaitClock() : FakeTimeProvider(DateTimeOffset.Parse("2026-11-23T12:00:00Z", CultureInfo.InvariantCulture))
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>How long those wanted to wait that have begun.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        // Others have timers too.
        if (new StackTrace().GetFrames().Any(frame => frame.GetMethod()?.DeclaringType?.Namespace == typeof(FilterWaits).Namespace))
        {
            _waits.Enqueue(dueTime);
            _begun.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Forgets the waits of an earlier test.</summary>
    public void Forget()
    {
        _waits.Clear();
        while (_begun.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>Ends when so many more waits have begun.</summary>
    public async Task WaitersAsync(int count = 1)
    {
        for (var waiter = 0; waiter < count; waiter++)
        {
            await _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
