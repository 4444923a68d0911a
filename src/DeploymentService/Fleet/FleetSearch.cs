namespace DeploymentService.Fleet;

/// <summary>Finds deployments in memory, in the order that is asked for: 1,000,000 are looked at in some ten milliseconds.</summary>
internal static class FleetSearch
{
    // Up to this many the best are kept while all are looked at; for more, all that match are sorted.
    private const int LargestSelection = 20_000;

    /// <summary>Finds deployments.</summary>
    /// <param name="fleet">All of the project.</param>
    /// <param name="matcher">Which are asked for.</param>
    /// <param name="order">In which order.</param>
    /// <param name="after">Behind which place; null from the first on.</param>
    /// <param name="limit">At most so many; null for all.</param>
    public static List<FleetEntry> Find(FleetSnapshot fleet, FilterMatcher matcher, DeploymentOrder order, SortCursor? after, int? limit)
    {
        // Those that are alike in what is sorted by come in their order, and those that were created last were mostly changed last.
        var scan = new EntryScan(fleet, matcher, order.IsDescending);
        if (order.Key == SortKey.CreationTime && after is { } begin)
        {
            scan.Skip(begin.Number);
        }

        if (order.Key == SortKey.UpdatedTime && after is { Time: var time })
        {
            scan.Earliest = order.IsDescending ? scan.Earliest : Math.Max(scan.Earliest, time);
            scan.Latest = order.IsDescending ? Math.Min(scan.Latest, time) : scan.Latest;
        }

        return limit == 0 ? []
            : order.Key != SortKey.CreationTime && limit <= LargestSelection ? Select(scan, order, after, limit.Value)
            : All(scan, order, after, limit);
    }

    /// <summary>How many deployments are asked for.</summary>
    public static int Count(FleetSnapshot fleet, FilterMatcher matcher)
    {
        var count = 0;
        for (var scan = new EntryScan(fleet, matcher, isBackwards: false); scan.MoveNext();)
        {
            count++;
        }

        return count;
    }

    private static List<FleetEntry> Select(EntryScan scan, DeploymentOrder order, SortCursor? after, int limit)
    {
        // The worst of those that are kept is on top, and makes room for a better one.
        var kept = new PriorityQueue<FleetEntry, FleetEntry>(limit, Comparer<FleetEntry>.Create((one, other) => order.Compare(other, one)));
        while (scan.MoveNext())
        {
            var entry = scan.Current;
            if (!IsBehind(entry, order, after))
            {
                continue;
            }

            if (kept.Count < limit)
            {
                kept.Enqueue(entry, entry);
            }
            else if (order.Compare(entry, kept.Peek()) < 0)
            {
                kept.DequeueEnqueue(entry, entry);
            }
            else
            {
                continue;
            }

            if (kept.Count == limit)
            {
                Narrow(ref scan, order, kept.Peek());
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

    /// <summary>Passes over whatever is no better than the worst that is kept. What is like it comes later in the order, as it comes later here.</summary>
    private static void Narrow(ref EntryScan scan, DeploymentOrder order, FleetEntry worst)
    {
        switch (order.Key)
        {
            case SortKey.UpdatedTime when order.IsDescending:
                scan.Earliest = Math.Max(scan.Earliest, worst.ChangedTime.Ticks + 1);
                break;
            case SortKey.UpdatedTime:
                scan.Latest = Math.Min(scan.Latest, worst.ChangedTime.Ticks - 1);
                break;
            case SortKey.Status:
                scan.Narrow(FleetMarks.All.Where(mark =>
                    string.CompareOrdinal(FleetMarks.StatusOf(mark), worst.Status) is var place && (order.IsDescending ? place > 0 : place < 0)));
                break;
        }
    }

    private static List<FleetEntry> All(EntryScan scan, DeploymentOrder order, SortCursor? after, int? limit)
    {
        var isSorted = order.Key == SortKey.CreationTime;
        var found = new List<FleetEntry>();
        while ((!isSorted || found.Count < (limit ?? int.MaxValue)) && scan.MoveNext())
        {
            if (IsBehind(scan.Current, order, after))
            {
                found.Add(scan.Current);
            }
        }

        if (!isSorted)
        {
            found.Sort(order);
            found.RemoveRange(Math.Min(found.Count, limit ?? int.MaxValue), Math.Max(0, found.Count - (limit ?? int.MaxValue)));
        }

        return found;
    }

    private static bool IsBehind(FleetEntry entry, DeploymentOrder order, SortCursor? after) =>
        after is not { } begin || order.Compare(order.CursorOf(entry), begin) > 0;
}
