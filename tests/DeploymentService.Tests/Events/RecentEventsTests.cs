using System.Globalization;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Tests.Events;

/// <summary>What the memory of the latest events says for every place that somebody may be at: it has all behind it, or it says that it has not.</summary>
public sealed class RecentEventsTests
{
    private readonly RecentEvents _recent = new();
    private readonly List<DeploymentEvent> _all = [];

    [Fact]
    public void Before_the_first_event_it_knows_nothing() => Assert.False(_recent.TryRead("p-0", 0, 500, [], out _));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, RecentEvents.Capacity - 1)]
    [InlineData(1, RecentEvents.Capacity)]
    [InlineData(1, RecentEvents.Capacity + 1)]
    [InlineData(1, (2 * RecentEvents.Capacity) + 7)]
    [InlineData(1000, 3)]
    [InlineData(1000, RecentEvents.Capacity + 1)]
    public void It_has_all_behind_a_place_or_says_that_it_has_not(long first, int count)
    {
        Append(first, count);
        var last = first + count - 1;
        var oldest = Math.Max(first, last - RecentEvents.Capacity + 1);

        foreach (var after in new[] { 0, first - 2, first - 1, first, oldest - 2, oldest - 1, oldest, oldest + 1, last - 501, last - 1, last }.Where(place => place is >= 0 && place <= last))
        {
            var events = new List<DeploymentEvent>();
            Assert.Equal(after + 1 >= oldest, _recent.TryRead("p-1", after, 500, events, out var examined));
            var expected = after + 1 < oldest ? [] : _all.Where(evt => evt.ProjectId == "p-1" && evt.Sequence > after).Take(500).ToList();
            Assert.Equal(expected, events);
            Assert.Equal(after + 1 < oldest ? after : expected.Count == 500 ? expected[^1].Sequence : last, examined);
        }
    }

    [Fact]
    public async Task A_wait_that_was_begun_before_a_look_misses_nothing()
    {
        // One writes, one looks and waits by turns: whoever misses a pulse would wait for ever for the last.
        const int count = 20_000;
        var writer = Task.Run(() => Append(1, count));
        var signal = _recent.SignalOf("p-1");
        var events = new List<DeploymentEvent>();
        for (var place = 0L; place < count;)
        {
            var next = signal.Next;
            events.Clear();
            place = _recent.TryRead("p-1", place, 500, events, out var examined) ? examined : Volatile.Read(ref _heard);
            if (place < count && events.Count == 0)
            {
                await next.WaitAsync(TimeSpan.FromSeconds(60));
            }
        }

        await writer;
    }

    private long _heard;

    /// <summary>Every second event is of the project that is asked for; the last one too.</summary>
    private void Append(long first, int count)
    {
        for (var sequence = first; sequence < first + count; sequence++)
        {
            var evt = new DeploymentEvent
            {
                Sequence = sequence,
                ProjectId = (first + count - 1 - sequence) % 2 == 0 ? "p-1" : "p-2",
                DeploymentNumber = 1,
                DeploymentId = sequence.ToString(CultureInfo.InvariantCulture),
                ServerId = "a-server",
                Time = default,
                Kind = EventKind.Update,
                Execution = 1,
                ActorRole = "member",
            };
            _all.Add(evt);
            Volatile.Write(ref _heard, sequence);
            _recent.Apply([new CommittedEvent(evt, Deployment: null)]);
        }
    }
}
