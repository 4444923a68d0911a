namespace DeploymentService.Fleet;

/// <summary>Finds deployments in memory, in the order that is asked for: 100,000 are looked at in a few milliseconds.</summary>
internal static class FleetSearch
{
    // Up to this many the best are kept while all are looked at; for more, all that match are sorted.
    private const int LargestSelection = 1000;

    /// <summary>Finds deployments.</summary>
    /// <param name="entries">All of the project.</param>
    /// <param name="filter">Which are asked for.</param>
    /// <param name="order">In which order.</param>
    /// <param name="after">Behind which place; null from the first on.</param>
    /// <param name="limit">At most so many; null for all.</param>
    public static List<FleetEntry> Find(ArraySegment<FleetEntry?> entries, DeploymentFilter filter, DeploymentOrder order, SortCursor? after, int? limit)
    {
        var matching = Matching(entries, filter, order, after);
        if (limit == 0)
        {
            return [];
        }

        if (order.Key == SortKey.CreationTime)
        {
            return [.. limit is { } most ? matching.Take(most) : matching];
        }

        return limit <= LargestSelection ? Select(matching, order, limit.Value) : Sort(matching, order, limit);
    }

    private static IEnumerable<FleetEntry> Matching(ArraySegment<FleetEntry?> entries, DeploymentFilter filter, DeploymentOrder order, SortCursor? after)
    {
        // What was created last was mostly changed last, too: from the end on, the best come first and hardly one has to make room for a better one.
        var last = entries.Count - 1;
        for (var place = 0; place <= last; place++)
        {
            var entry = entries[order.IsDescending ? last - place : place];
            if (entry is not null && filter.Matches(entry) && (after is not { } begin || order.Compare(order.CursorOf(entry), begin) > 0))
            {
                yield return entry;
            }
        }
    }

    private static List<FleetEntry> Select(IEnumerable<FleetEntry> matching, DeploymentOrder order, int limit)
    {
        // The worst of those that are kept is on top, and makes room for a better one.
        var kept = new PriorityQueue<FleetEntry, FleetEntry>(limit, Comparer<FleetEntry>.Create((one, other) => order.Compare(other, one)));
        foreach (var entry in matching)
        {
            if (kept.Count < limit)
            {
                kept.Enqueue(entry, entry);
            }
            else if (order.Compare(entry, kept.Peek()) < 0)
            {
                kept.DequeueEnqueue(entry, entry);
            }
        }

        var found = new List<FleetEntry>(kept.Count);
        while (kept.TryDequeue(out var entry, out _))
        {
            found.Add(entry);
        }

        found.Reverse();
        return found;
    }

    private static List<FleetEntry> Sort(IEnumerable<FleetEntry> matching, DeploymentOrder order, int? limit)
    {
        // Entries never change, but a place may be filled anew while it is looked at: the list is of one moment for each.
        List<FleetEntry> found = [.. matching];
        found.Sort(order);
        if (found.Count > limit)
        {
            found.RemoveRange(limit.Value, found.Count - limit.Value);
        }

        return found;
    }
}
