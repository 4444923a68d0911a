using DeploymentService.Fleet;

namespace DeploymentService.Waiting;

/// <summary>
/// The watches of a project, with the deployments as all of them have counted them: remembered once for the project and not for each watch, of which a caller may
/// have many. Touched under the lock of <see cref="FilterWaits"/>.
/// </summary>
internal sealed class WatchedProject
{
    private readonly Dictionary<WaitGoal, Watch> _watches = [];
    private readonly Dictionary<long, FleetEntry> _counted = [];

    /// <summary>How many watches there are.</summary>
    public int Count => _watches.Count;

    /// <summary>The watch of a goal; null when nobody waits for it.</summary>
    public Watch? Find(WaitGoal goal) => _watches.GetValueOrDefault(goal);

    /// <summary>Makes a watch of a goal, instead of one that has ended; null when the goal is reached.</summary>
    /// <param name="goal">What is waited for.</param>
    /// <param name="entries">The deployments of the project as they are.</param>
    /// <param name="reached">Takes the watches whose goal is reached by what is news to them.</param>
    public Watch? Add(WaitGoal goal, ArraySegment<FleetEntry?> entries, ISet<Watch> reached)
    {
        // Those that are there first, who may not have heard of everything yet.
        _counted.EnsureCapacity(entries.Count);
        foreach (var entry in entries)
        {
            if (entry is not null)
            {
                Look(entry.Number, entry, reached);
            }
        }

        var watch = Watch.Of(goal, _counted.Values);
        if (watch.IsReached)
        {
            return null;
        }

        _watches[goal] = watch;
        return watch;
    }

    /// <summary>Forgets a watch, unless another has its goal by now.</summary>
    public void Remove(WaitGoal goal, Watch watch)
    {
        if (Find(goal) == watch)
        {
            _watches.Remove(goal);
        }
    }

    /// <summary>Takes note of a deployment.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="now">As it is now; null when it is gone.</param>
    /// <param name="reached">Takes the watches whose goal is reached then.</param>
    public void Look(long number, FleetEntry? now, ISet<Watch> reached)
    {
        var before = _counted.GetValueOrDefault(number);
        if (before == now)
        {
            return;
        }

        foreach (var watch in _watches.Values)
        {
            watch.Move(before, now);
            if (watch.IsReached)
            {
                reached.Add(watch);
            }
        }

        if (now is null)
        {
            _counted.Remove(number);
        }
        else
        {
            _counted[number] = now;
        }
    }
}
