using System.Runtime.InteropServices;

namespace DeploymentService.Fleet;

/// <summary>How the deployments stand that fit a filter, all together and group by group.</summary>
internal sealed class FleetCount
{
    private readonly HashSet<FleetServer> _servers = [];
    private readonly bool[] _seen;

    private FleetCount(int servers) => _seen = new bool[servers];

    /// <summary>All of them.</summary>
    public StatusCounts Counts { get; } = new();

    /// <summary>Their servers.</summary>
    public IReadOnlyCollection<FleetServer> Servers => _servers;

    /// <summary>The groups, the largest first; null where nothing was grouped.</summary>
    public IReadOnlyList<GroupView>? Groups { get; private set; }

    /// <summary>How many groups there are, of which <see cref="Groups"/> may be the largest.</summary>
    public int GroupCount { get; private set; }

    /// <summary>Counts what is asked for.</summary>
    public static FleetCount Of(FleetSnapshot fleet, SummaryQuery query)
    {
        using var matcher = new FilterMatcher(query.Filter, fleet.Servers);
        var redaction = query.Filter.Redaction;
        var count = new FleetCount(fleet.Servers);
        switch (query.GroupBy)
        {
            case GroupKey.Config:
                var configs = new GroupSlots<FleetConfig>(entry => entry.Config);
                count.Count(fleet, matcher, configs.Of, query.Limit, group => group.View(group.Latest.Config.Id) with { ConfigName = group.Latest.Config.Name });
                break;
            case GroupKey.Reason:
                var reasons = new GroupSlots<ReasonPattern>(entry => entry.Reason?.PatternFor(redaction));
                count.Count(fleet, matcher, reasons.Of, query.Limit, group =>
                    group.View(group.Latest.Reason?.PatternFor(redaction).Text) with { Example = GroupExample.Of(group.Latest, redaction) });
                break;
            case GroupKey.Server:
                count.Count(fleet, matcher, slotOf: null, query.Limit, group => group.View(group.Latest.Server.Id));
                break;
            case GroupKey.Action:
                var actions = new GroupSlots<FleetWord>(entry => entry.Action);
                count.Count(fleet, matcher, actions.Of, query.Limit, group => group.View(group.Latest.Action?.Text));
                break;
            default:
                count.Count(fleet, matcher);
                break;
        }

        return count;
    }

    private void Count(FleetSnapshot fleet, FilterMatcher matcher)
    {
        for (var scan = new EntryScan(fleet, matcher, isBackwards: false); scan.MoveNext();)
        {
            Add(ref scan);
        }
    }

    /// <summary>Counts group by group.</summary>
    /// <param name="fleet">The deployments.</param>
    /// <param name="matcher">Which are asked for.</param>
    /// <param name="slotOf">Which group a deployment is in; null for that of its server.</param>
    /// <param name="limit">How many groups are shown.</param>
    /// <param name="view">What is shown of one.</param>
    private void Count(FleetSnapshot fleet, FilterMatcher matcher, Func<FleetEntry, int>? slotOf, int limit, Func<DeploymentGroup, GroupView> view)
    {
        var groups = new List<DeploymentGroup>();
        for (var scan = new EntryScan(fleet, matcher, isBackwards: false); scan.MoveNext();)
        {
            Add(ref scan);
            var slot = slotOf is null ? scan.CurrentServer : slotOf(scan.Current);
            if (slot >= groups.Count)
            {
                CollectionsMarshal.SetCount(groups, slot + 1);
            }

            CollectionsMarshal.AsSpan(groups)[slot].Add(scan.Current);
        }

        GroupCount = groups.Count(group => group.Total > 0);
        Groups = [.. groups.Where(group => group.Total > 0).OrderByDescending(group => group.Total).ThenBy(group => group.Latest.Number).Take(limit).Select(view)];
    }

    private void Add(ref EntryScan scan)
    {
        Counts.Add(scan.Current, 1);
        // A server that came meanwhile has a place behind the others.
        var isLate = scan.CurrentServer >= _seen.Length;
        if (isLate || !_seen[scan.CurrentServer])
        {
            _servers.Add(scan.Current.Server);
        }

        if (!isLate)
        {
            _seen[scan.CurrentServer] = true;
        }
    }
}

/// <summary>Gives each of what deployments have in common a number from 1 on; 0 is for those that have none.</summary>
/// <param name="keyOf">What a deployment has.</param>
internal sealed class GroupSlots<TKey>(Func<FleetEntry, TKey?> keyOf)
    where TKey : class
{
    private readonly Dictionary<TKey, int> _slots = [];

    /// <summary>The number of a deployment's group.</summary>
    public int Of(FleetEntry entry)
    {
        if (keyOf(entry) is not { } key)
        {
            return 0;
        }

        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, key, out var isKnown);
        return isKnown ? slot : slot = _slots.Count;
    }
}

/// <summary>Deployments that have something in common. In a list, so that what is counted for 50,000 servers lies side by side.</summary>
internal struct DeploymentGroup
{
    private int _inProgress;
    private int _overdue;
    private int _complete;
    private int _failed;
    private long _latestChange;

    /// <summary>The one of them that changed last.</summary>
    public FleetEntry Latest { get; private set; }

    /// <summary>How many they are.</summary>
    public readonly int Total => _inProgress + _complete + _failed;

    /// <summary>Counts one.</summary>
    public void Add(FleetEntry entry)
    {
        _inProgress += entry.IsInProgress ? 1 : 0;
        _overdue += entry.IsOverdue ? 1 : 0;
        _complete += entry.Mark == FleetMark.Complete ? 1 : 0;
        _failed += entry.IsFailed ? 1 : 0;
        if (entry.ChangedTime.Ticks >= _latestChange)
        {
            (Latest, _latestChange) = (entry, entry.ChangedTime.Ticks);
        }
    }

    /// <summary>What the wire shows of it.</summary>
    public readonly GroupView View(string? key) => new(key, Total, new() { InProgress = _inProgress, Complete = _complete, Failed = _failed }, _overdue);
}
