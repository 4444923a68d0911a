using System.Runtime.InteropServices;

namespace DeploymentService.Fleet;

/// <summary>How the deployments stand that fit a filter, all together and group by group.</summary>
internal sealed class FleetCount
{
    /// <summary>All of them.</summary>
    public StatusCounts Counts { get; } = new();

    /// <summary>Their servers.</summary>
    public HashSet<FleetServer> Servers { get; } = [];

    /// <summary>The groups, the largest first; null where nothing was grouped.</summary>
    public IReadOnlyList<GroupView>? Groups { get; private init; }

    /// <summary>How many groups there are, of which <see cref="Groups"/> may be the largest.</summary>
    public int GroupCount { get; private init; }

    /// <summary>Counts what is asked for.</summary>
    public static FleetCount Of(FleetSnapshot fleet, SummaryQuery query)
    {
        using var matcher = new FilterMatcher(query.Filter, fleet.Servers);
        var redaction = query.Filter.Redaction;
        return query.GroupBy switch
        {
            GroupKey.Config => Count(fleet, matcher, entry => entry.Config, (config, group) => group.View(config?.Id) with { ConfigName = config?.Name }, query.Limit),
            GroupKey.Reason => Count(fleet, matcher, entry => entry.Reason?.PatternFor(redaction), (pattern, group) =>
                group.View(pattern?.Text) with { Example = GroupExample.Of(group.Example, redaction) }, query.Limit),
            GroupKey.Server => Count(fleet, matcher, entry => entry.Server, (server, group) => group.View(server?.Id), query.Limit),
            GroupKey.Action => Count(fleet, matcher, entry => entry.Action, (action, group) => group.View(action?.Text), query.Limit),
            _ => Count(fleet, matcher),
        };
    }

    private static FleetCount Count(FleetSnapshot fleet, FilterMatcher matcher)
    {
        var count = new FleetCount();
        for (var scan = new EntryScan(fleet, matcher, isBackwards: false); scan.MoveNext();)
        {
            count.Add(scan.Current);
        }

        return count;
    }

    private static FleetCount Count<TKey>(
        FleetSnapshot fleet, FilterMatcher matcher, Func<FleetEntry, TKey?> keyOf, Func<TKey?, DeploymentGroup, GroupView> view, int limit)
        where TKey : class
    {
        var count = new FleetCount();
        var groups = new Dictionary<TKey, DeploymentGroup>();
        DeploymentGroup? withoutKey = null;
        for (var scan = new EntryScan(fleet, matcher, isBackwards: false); scan.MoveNext();)
        {
            count.Add(scan.Current);
            if (keyOf(scan.Current) is { } key)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _) ??= new()).Add(scan.Current);
            }
            else
            {
                (withoutKey ??= new()).Add(scan.Current);
            }
        }

        var all = groups.Select(group => KeyValuePair.Create<TKey?, DeploymentGroup>(group.Key, group.Value)).ToList();
        if (withoutKey is not null)
        {
            all.Add(new(null, withoutKey));
        }

        return new(count)
        {
            Groups = [.. all.OrderByDescending(group => group.Value.Counts.Total).ThenBy(group => group.Value.Example.Number).Take(limit).Select(group => view(group.Key, group.Value))],
            GroupCount = all.Count,
        };
    }

    private FleetCount()
    {
    }

    private FleetCount(FleetCount counted) => (Counts, Servers) = (counted.Counts, counted.Servers);

    private void Add(FleetEntry entry)
    {
        Counts.Add(entry, 1);
        Servers.Add(entry.Server);
    }
}

/// <summary>Deployments that have something in common.</summary>
internal sealed class DeploymentGroup
{
    private FleetEntry? _latest;

    /// <summary>How they stand.</summary>
    public StatusCounts Counts { get; } = new();

    /// <summary>The one of them that changed last.</summary>
    public FleetEntry Example => _latest!;

    /// <summary>Counts one.</summary>
    public void Add(FleetEntry entry)
    {
        Counts.Add(entry, 1);
        if (_latest is null || entry.ChangedTime >= _latest.ChangedTime)
        {
            _latest = entry;
        }
    }

    /// <summary>What the wire shows of it.</summary>
    public GroupView View(string? key) => new(key, Counts.Total, StatusCountsView.Of(Counts), Counts.Overdue);
}
