using System.Collections.Immutable;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// A stretch of the log in memory: which of its events are about which deployment. Not safe for several threads by itself: <see cref="HistoryIndex"/> guards it.
/// </summary>
/// <param name="first">The sequence of its first event; events in it have no gaps.</param>
/// <param name="capacity">How many events it holds.</param>
internal sealed class HistoryTail(long first, int capacity)
{
    // By place: the deployment of each event, and one more than the place of that deployment's event before it.
    private readonly List<long> _deployments = [];
    private readonly List<int> _previous = [];

    // By deployment: one more than the place of its latest event.
    private readonly Dictionary<long, int> _latest = [];

    /// <summary>The sequence of the first event.</summary>
    public long First => first;

    /// <summary>The sequence of the last event; one less than the first when there is none.</summary>
    public long Last => first + _deployments.Count - 1;

    /// <summary>True when no further event fits in.</summary>
    public bool IsFull => _deployments.Count == capacity;

    /// <summary>The deployment of each event, in their order.</summary>
    public IReadOnlyList<long> Deployments => _deployments;

    /// <summary>Adds the next event.</summary>
    public void Add(long deployment)
    {
        _deployments.Add(deployment);
        _previous.Add(_latest.GetValueOrDefault(deployment));
        _latest[deployment] = _deployments.Count;
    }

    /// <summary>The events of a deployment, latest first.</summary>
    public IEnumerable<long> Of(long deployment)
    {
        for (var place = _latest.GetValueOrDefault(deployment); place > 0; place = _previous[place - 1])
        {
            yield return first + place - 1;
        }
    }

    /// <summary>All of it by deployment, and of each deployment by sequence.</summary>
    public List<IndexedEvent> Sorted()
    {
        var sorted = new List<IndexedEvent>(_deployments.Count);
        foreach (var deployment in _latest.Keys.Order())
        {
            sorted.AddRange(Of(deployment).Reverse().Select(sequence => new IndexedEvent(deployment, sequence)));
        }

        return sorted;
    }
}

/// <summary>That an event is about a deployment.</summary>
/// <param name="Deployment">The deployment's number.</param>
/// <param name="Sequence">The event's sequence.</param>
internal readonly record struct IndexedEvent(long Deployment, long Sequence);

/// <summary>A stretch of the log whose index is in the database, sorted.</summary>
/// <param name="First">The sequence of its first event, which names it.</param>
/// <param name="Last">The sequence of its last event.</param>
internal readonly record struct HistorySegment(long First, long Last);

/// <summary>What is indexed of a deployment.</summary>
/// <param name="Segments">In which segments to look, oldest first.</param>
/// <param name="Recent">The events behind them, latest first.</param>
/// <param name="Last">Up to which event all are indexed.</param>
internal readonly record struct IndexedHistory(ImmutableArray<HistorySegment> Segments, IReadOnlyList<long> Recent, long Last);
