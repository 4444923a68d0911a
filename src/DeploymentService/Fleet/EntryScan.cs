namespace DeploymentService.Fleet;

/// <summary>
/// Goes through the deployments of a project, in the order of their creation or backwards, and stops at those that are asked for. Whoever knows more and more of what
/// is wanted says so while it goes on, and it passes over the others without looking at them.
/// </summary>
internal ref struct EntryScan
{
    private readonly FleetColumns _columns;
    private readonly FilterMatcher _matcher;
    private readonly bool _isBackwards;
    private readonly int _server;
    private int _marks;
    private int _begin;
    private int _end;

    /// <summary>Begins before the first.</summary>
    /// <param name="fleet">The deployments.</param>
    /// <param name="matcher">Which are asked for.</param>
    /// <param name="isBackwards">True to begin with the last.</param>
    public EntryScan(FleetSnapshot fleet, FilterMatcher matcher, bool isBackwards)
    {
        (_columns, _matcher, _isBackwards, _server, _end) = (fleet.Columns, matcher, isBackwards, fleet.Server, fleet.Count);
        _marks = FleetMarks.SetOf(matcher.Filter.Marks);
        Earliest = matcher.Filter.ChangedSince?.Ticks ?? 0;
        Latest = matcher.Filter.ChangedBefore?.Ticks - 1 ?? long.MaxValue;
    }

    /// <summary>The deployment at which it stands.</summary>
    public FleetEntry Current { get; private set; } = null!;

    /// <summary>The place of its server.</summary>
    public int CurrentServer { get; private set; }

    /// <summary>What changed before is not asked for, in ticks.</summary>
    public long Earliest { get; set; }

    /// <summary>What changed later is not asked for, in ticks.</summary>
    public long Latest { get; set; }

    /// <summary>Only what has one of these marks is asked for from here on.</summary>
    public void Narrow(IEnumerable<FleetMark> marks) => _marks &= FleetMarks.SetOf(marks);

    /// <summary>Goes behind a number in the order of creation; backwards, before it.</summary>
    public void Skip(long number)
    {
        var place = Array.BinarySearch(_columns.Numbers, _begin, _end - _begin, number);
        if (_isBackwards)
        {
            _end = place < 0 ? ~place : place;
        }
        else
        {
            _begin = place < 0 ? ~place : place + 1;
        }
    }

    /// <summary>Goes to the next; false behind the last.</summary>
    public bool MoveNext()
    {
        while (NextPlace() is >= 0 and var place)
        {
            // A place may be emptied or filled anew meanwhile: what counts is what the deployment itself says.
            if (_columns.Entries[place] is { } entry && _matcher.Matches(entry))
            {
                (Current, CurrentServer) = (entry, _columns.Servers[place]);
                return true;
            }
        }

        return false;
    }

    private int NextPlace()
    {
        var (marks, changed, servers) = (_columns.Marks, _columns.Changed, _columns.Servers);
        while (_begin < _end)
        {
            var place = _isBackwards ? --_end : _begin++;
            if (((_marks >> marks[place]) & 1) != 0 && changed[place] >= Earliest && changed[place] <= Latest
                && (_server == FleetSnapshot.AnyServer || servers[place] == _server))
            {
                return place;
            }
        }

        return -1;
    }
}
