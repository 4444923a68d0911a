using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>
/// The deployments and servers of one project in memory. It is changed under the lock of the <see cref="FleetIndex"/>; <see cref="Entries"/> may be
/// read without it, because a deployment's place is only ever replaced by its newer self.
/// </summary>
public sealed class ProjectFleet(string projectId)
{
    private readonly Dictionary<string, FleetServer> _servers = [];
    private readonly Dictionary<string, FleetConfig> _configs = [];
    private readonly HashSet<string> _rollouts = [];
    private ServerSnapshot? _snapshot;

    // In the order of their numbers, which only grow. The place of a deleted deployment is empty until the next growth.
    private FleetColumns _columns = new(FleetColumns.Least);
    private int _count;
    private int _serverPlaces;
    private int _hidden;

    /// <summary>The actions that deployments have.</summary>
    internal FleetTexts<FleetWord> Actions { get; } = new(text => new(text));

    /// <summary>The names of the configs that deployments use.</summary>
    internal FleetTexts<FleetWord> Names { get; } = new(text => new(text));

    private readonly FleetTexts<FleetReason> _reasons = new(text => new(text));

    /// <summary>How many deployments of each status there are.</summary>
    public StatusCounts Counts { get; } = new();

    /// <summary>What happened in the last hours.</summary>
    public HourlyCounts Hours { get; } = new();

    /// <summary>All deployments at this moment, in the order of their creation; an empty place is one that was deleted.</summary>
    internal ArraySegment<FleetEntry?> Entries => new(_columns.Entries, 0, _count);

    /// <summary>The deployments at this moment, to be searched.</summary>
    /// <param name="filter">What is asked for: of one server that is not known there are none.</param>
    internal FleetSnapshot Snapshot(DeploymentFilter filter)
    {
        var server = filter.ServerId is { } id ? FindServer(id) : null;
        return new(_columns, filter.ServerId is null || server is not null ? _count : 0, _serverPlaces) { Server = server?.Place ?? FleetSnapshot.AnyServer };
    }

    /// <summary>The deployment of a number; null when there is none.</summary>
    internal FleetEntry? Find(long number) => PlaceOf(number) is >= 0 and var place ? _columns.Entries[place] : null;

    /// <summary>A reason, short, and shared by all that have it.</summary>
    internal FleetReason? ReasonOf(string? reason) => _reasons.Of(DeploymentEvent.Shorten(reason));

    /// <summary>A server, which is made when it was not known.</summary>
    internal FleetServer ServerOf(string id)
    {
        if (!_servers.TryGetValue(id, out var server))
        {
            server = new FleetServer(projectId, id, _serverPlaces++);
            _servers.Add(id, server);
            _snapshot = null;
        }

        return server;
    }

    /// <summary>Takes the servers out that have no deployment and were not heard of since a time, or were removed.</summary>
    internal List<FleetServer> EvictServers(DateTime since)
    {
        var evicted = _servers.Values.Where(server => server.Counts.Total == 0 && (server.IsRemoved || server.LastHeard < since)).ToList();
        evicted.ForEach(Evict);
        return evicted;
    }

    /// <summary>A server; null when it is not known.</summary>
    internal FleetServer? FindServer(string id) => _servers.GetValueOrDefault(id);

    /// <summary>Hides a server that was removed, unless it was heard of since or has something newer. What it has is counted on.</summary>
    internal void Hide(FleetServer server, ServerRemovalRecord removal, bool isHeard)
    {
        server.Removal = removal;
        server.Stored = new(null, null, IsRemoved: true);
        if (!isHeard && !HasMore(server, removal.After))
        {
            _hidden += server.IsRemoved ? 0 : 1;
            (server.LastFetchTime, server.LastReportTime, server.PollsInVain, server.IsRemoved) = (null, null, null, true);
            _snapshot = null;
        }
    }

    /// <summary>Shows a server that was removed; false when it is not hidden.</summary>
    internal bool Show(FleetServer server)
    {
        if (!server.IsRemoved)
        {
            return false;
        }

        server.IsRemoved = false;
        _hidden--;
        _snapshot = null;
        return true;
    }

    /// <summary>How many servers there are that are shown.</summary>
    internal int ServerCount => _servers.Count - _hidden;

    /// <summary>The servers at this moment.</summary>
    public ServerSnapshot Servers() => _snapshot ??= new([.. _servers.Values.Where(server => !server.IsRemoved)]);

    /// <summary>The id of a rollout as the one object that all of its deployments share: of few rollouts there are many.</summary>
    internal string? Shared(string? rolloutId)
    {
        if (rolloutId is not null && _rollouts.TryGetValue(rolloutId, out var known))
        {
            return known;
        }

        if (rolloutId is not null)
        {
            _rollouts.Add(rolloutId);
        }

        return rolloutId;
    }

    /// <summary>A config, shared by all that use it; null when it is not known.</summary>
    internal FleetConfig? FindConfig(string id) => _configs.GetValueOrDefault(id);

    /// <summary>Makes a config known.</summary>
    internal FleetConfig AddConfig(string id, string? name) => _configs[id] = new FleetConfig(id, Names.Of(name));

    /// <summary>
    /// Puts a deployment in its place, or behind all others; one that was passed over is deleted, and whatever is still heard of it comes too late. True when its server is
    /// shown again by it: a removed server that is given something new, or is to run something again, is one of the project's.
    /// </summary>
    internal bool Upsert(FleetEntry entry)
    {
        var place = PlaceOf(entry.Number);
        if (place < 0 ? ~place != _count : _columns.Entries[place] is null)
        {
            Dereference(entry, by: 0);
            return false;
        }

        // Before the one that it replaces is counted no more: what both use is not forgotten in between.
        Count(entry, 1);
        if (place >= 0)
        {
            Dereference(_columns.Entries[place]!);
        }
        else
        {
            EnsureCapacity();
            place = _count;
        }

        _columns.Put(place, entry);
        _count = Math.Max(_count, place + 1);
        return (entry.IsInProgress || entry.Number > entry.Server.Removal?.After) && Show(entry.Server);
    }

    /// <summary>Takes a deployment out.</summary>
    internal void Remove(long number)
    {
        if (PlaceOf(number) is >= 0 and var place && _columns.Entries[place] is { } entry)
        {
            _columns.Clear(place);
            Dereference(entry);
        }
    }

    /// <summary>True when a server has something in progress, or something newer than a number: rows that were read may be ahead of the log.</summary>
    private bool HasMore(FleetServer server, long after)
    {
        if (server.Counts.InProgress > 0)
        {
            return true;
        }

        for (var place = _count - 1; place >= 0 && _columns.Numbers[place] > after; place--)
        {
            if (_columns.Entries[place]?.Server == server)
            {
                return true;
            }
        }

        return false;
    }

    private int PlaceOf(long number) => _count > 0 && number > _columns.Numbers[_count - 1] ? ~_count : Array.BinarySearch(_columns.Numbers, 0, _count, number);

    private void Count(FleetEntry entry, int by)
    {
        Counts.Add(entry, by);
        entry.Server.Counts.Add(entry, by);
        entry.Config.Uses += by;
        Names.Count(entry.Config.Word, by);
        Actions.Count(entry.Action, by);
        _reasons.Count(entry.Reason, by);
    }

    /// <summary>Counts a deployment no more, and forgets what was known for its sake alone.</summary>
    private void Dereference(FleetEntry entry, int by = -1)
    {
        Count(entry, by);
        if (entry.Config.Uses == 0)
        {
            _configs.Remove(entry.Config.Id);
        }

        if (entry.Server is { Counts.Total: 0, LastHeard: null })
        {
            Evict(entry.Server);
        }
    }

    private void Evict(FleetServer server)
    {
        _servers.Remove(server.Id);
        _hidden -= server.IsRemoved ? 1 : 0;
        _snapshot = null;
    }

    /// <summary>Into new arrays, without the empty places: whoever reads the old ones goes on reading them.</summary>
    private void EnsureCapacity()
    {
        if (_count < _columns.Entries.Length)
        {
            return;
        }

        (_columns, _count) = _columns.Grown(_count);
        // Of those whose deployments are all gone, none is kept.
        _rollouts.Clear();
        foreach (var entry in Entries)
        {
            Shared(entry!.RolloutId);
        }
    }
}
