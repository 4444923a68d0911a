using System.Collections.Concurrent;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>
/// The latest events, in memory, for those who follow the stream: while they keep up, an event costs them no query. It also says when there is
/// something new for a project.
/// </summary>
public sealed class RecentEvents : ILogFollower
{
    /// <summary>How many are kept: a third of a second at full speed, some 2 MB.</summary>
    public const int Capacity = 4096;

    private readonly Lock _lock = new();
    private readonly DeploymentEvent?[] _ring = new DeploymentEvent?[Capacity];
    private readonly ConcurrentDictionary<string, Signal> _signals = new();
    private long _written;
    private long _position = -1;

    /// <inheritdoc />
    public string Name => "stream";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <inheritdoc />
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            Add(committed.Event);
            if (_signals.TryGetValue(committed.Event.ProjectId, out var signal))
            {
                signal.Pulse();
            }
        }
    }

    /// <summary>What tells that there is something new for a project.</summary>
    public Signal SignalOf(string projectId) => _signals.GetOrAdd(projectId, _ => new Signal());

    /// <summary>Takes the events of a project behind one, or says that they are no longer all here.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="after">The sequence of the last event that is known.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="events">The events, in order.</param>
    /// <param name="examined">Up to which sequence all events were looked at.</param>
    public bool TryRead(string projectId, long after, int most, List<DeploymentEvent> events, out long examined)
    {
        examined = after;
        lock (_lock)
        {
            var oldest = Math.Max(0, _written - Capacity);
            // Numbers are given without a gap, so that the oldest one here tells whether one is missing before it.
            if (_written == 0 || _ring[oldest % Capacity]!.Sequence > after + 1)
            {
                return false;
            }

            var first = oldest + Math.Max(0, after + 1 - _ring[oldest % Capacity]!.Sequence);
            for (var place = first; place < _written && events.Count < most; place++)
            {
                var evt = _ring[place % Capacity]!;
                examined = evt.Sequence;
                if (evt.ProjectId == projectId)
                {
                    events.Add(evt);
                }
            }
        }

        return true;
    }

    private void Add(DeploymentEvent evt)
    {
        lock (_lock)
        {
            // Numbers are given without a gap, so whatever is missing was purged before it was read; what came before is of no use then.
            _written = evt.Sequence == _position + 1 ? _written : 0;
            _ring[_written++ % Capacity] = evt;
            Volatile.Write(ref _position, evt.Sequence);
        }
    }
}
