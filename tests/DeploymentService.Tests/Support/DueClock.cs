using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Support;

/// <summary>A clock that stands still until it is told to go on, and knows when somebody begins to wait for just so long, or begins again.</summary>
public sealed class DueClock(TimeSpan watched) : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();

    /// <summary>Ends as soon as one more wait of that length has begun.</summary>
    public async Task BegunAsync() => await _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != watched)
        {
            return timer;
        }

        _begun.Writer.TryWrite(true);
        return new WatchedTimer(timer, () => _begun.Writer.TryWrite(true));
    }

    private sealed class WatchedTimer(ITimer timer, Action begun) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isChanged = timer.Change(dueTime, period);
            if (dueTime > TimeSpan.Zero)
            {
                begun();
            }

            return isChanged;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
