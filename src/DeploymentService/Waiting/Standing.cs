using DeploymentService.Fleet;

namespace DeploymentService.Waiting;

/// <summary>How the deployments stand that a filter names.</summary>
/// <param name="Counts">How many there are of each status.</param>
/// <param name="Failed">The first that failed, at most <see cref="MostNamed"/>.</param>
/// <param name="Left">Those in progress whose servers are silent for longest, at most <see cref="MostNamed"/>, with when these were last heard of.</param>
internal sealed record Standing(StatusCounts Counts, IReadOnlyList<FleetEntry> Failed, IReadOnlyList<(FleetEntry Entry, DateTime? Heard)> Left)
{
    /// <summary>How many of each kind are named.</summary>
    public const int MostNamed = 10;

    /// <summary>Looks at a project. Everything must be loaded.</summary>
    public static Standing Of(FleetIndex fleet, string projectId, DeploymentFilter filter)
    {
        var counts = new StatusCounts();
        var failed = new List<FleetEntry>();
        var left = new List<FleetEntry>();
        foreach (var entry in fleet.Look(projectId, project => project.Entries))
        {
            if (entry is not null && filter.Matches(entry))
            {
                counts.Add(entry, 1);
                (entry.IsFailed ? failed : entry.IsInProgress ? left : null)?.Add(entry);
            }
        }

        // When a server was last heard of is changed under the lock.
        var heard = fleet.Look(projectId, _ => left.ConvertAll(entry => (Entry: entry, Heard: entry.Server.LastHeard)));
        return new(
            counts,
            [.. failed.OrderBy(entry => entry.ChangedTime).ThenBy(entry => entry.Number).Take(MostNamed)],
            [.. heard.OrderBy(one => one.Heard ?? DateTime.MinValue).ThenBy(one => one.Entry.Number).Take(MostNamed)]);
    }

    /// <summary>True when there is nothing more to wait for.</summary>
    public bool Reaches(WaitGoal goal) => goal.IsReached(Counts.InProgress, Counts.Complete + Counts.Failed, Counts.Failed);

    /// <summary>The HTTP status that says how the wait for a goal ended.</summary>
    public int StatusFor(WaitGoal goal) => this switch
    {
        { Counts.Failed: > 0 } when goal.FailFast => StatusCodes.Status409Conflict,
        _ when Counts.Total < goal.AtLeast => StatusCodes.Status404NotFound,
        { Counts.InProgress: > 0 } => StatusCodes.Status408RequestTimeout,
        { Counts.Failed: > 0 } => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status200OK,
    };
}
