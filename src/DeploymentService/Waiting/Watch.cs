using DeploymentService.Fleet;

namespace DeploymentService.Waiting;

/// <summary>How the deployments stand that a goal is about: counts alone, however many they are.</summary>
internal sealed class Watch(WaitGoal goal)
{
    private int _inProgress;
    private int _ended;
    private int _failed;

    /// <summary>Ends when the goal is reached.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many requests wait for it.</summary>
    public int Waiters { get; set; }

    /// <summary>True when there is nothing more to wait for.</summary>
    public bool IsReached => goal.IsReached(_inProgress, _ended, _failed);

    /// <summary>How they stand, of a goal that looks at those too that have ended.</summary>
    public ProgressView Counts => new(_inProgress, _ended - _failed, _failed);

    /// <summary>True when it has counted nothing.</summary>
    public bool IsEmpty => _inProgress + _ended == 0;

    /// <summary>A watch that has counted deployments.</summary>
    public static Watch Of(WaitGoal goal, IEnumerable<FleetEntry?> entries)
    {
        var watch = new Watch(goal);
        foreach (var entry in entries)
        {
            watch.Count(entry, 1);
        }

        return watch;
    }

    /// <summary>Counts a deployment as it is now, and no longer as it was. Entries never change, so that what was counted is known from the entry.</summary>
    /// <param name="before">As it was counted; null when it was not there.</param>
    /// <param name="now">As it is; null when it is gone.</param>
    public void Move(FleetEntry? before, FleetEntry? now)
    {
        Count(before, -1);
        Count(now, 1);
    }

    private void Count(FleetEntry? entry, int by)
    {
        if (entry is null || (goal.IsOfThoseInProgress && !entry.IsInProgress) || !goal.Filter.Matches(entry))
        {
            return;
        }

        _inProgress += entry.IsInProgress ? by : 0;
        _ended += entry.IsInProgress ? 0 : by;
        _failed += entry.IsFailed ? by : 0;
    }
}
