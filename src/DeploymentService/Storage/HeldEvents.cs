using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>Events that were offered and wait for those before them. Bounded: what is too much is forgotten and read from the database instead. Not safe for several threads by itself.</summary>
internal sealed class HeldEvents
{
    private const int Most = 4096;
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly List<CommittedEvent> _events = [];
    private long _bytes;

    /// <summary>The first event; null when there is none.</summary>
    public DeploymentEvent? First => _events.Count > 0 ? _events[0].Event : null;

    /// <summary>Takes events behind those that are here.</summary>
    public void Add(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            _events.Add(committed);
            _bytes += (committed.Deployment?.InputValues?.Utf8.Length ?? 0) + (committed.Deployment?.OutputValues?.Utf8.Length ?? 0);
        }

        if (_events.Count > Most || _bytes > MostBytes)
        {
            _events.Clear();
            _bytes = 0;
        }
    }

    /// <summary>Gives the events that come right behind one, without those up to it.</summary>
    public List<CommittedEvent> TakeBehind(long sequence)
    {
        var first = 0;
        while (first < _events.Count && _events[first].Event.Sequence <= sequence)
        {
            first++;
        }

        var end = first;
        while (end < _events.Count && _events[end].Event.Sequence == sequence + 1 + end - first)
        {
            end++;
        }

        var next = _events.GetRange(first, end - first);
        _events.RemoveRange(0, end);
        _bytes = _events.Count == 0 ? 0 : _bytes;
        return next;
    }
}
