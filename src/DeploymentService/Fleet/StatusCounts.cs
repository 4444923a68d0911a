namespace DeploymentService.Fleet;

/// <summary>How many deployments there are of each status, kept while they change: counting them again would read them all.</summary>
public sealed class StatusCounts
{
    /// <summary>Those in progress, overdue or not.</summary>
    public int InProgress { get; private set; }

    /// <summary>Those that are complete.</summary>
    public int Complete { get; private set; }

    /// <summary>Those that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Those in progress whose deadline has passed.</summary>
    public int Overdue { get; private set; }

    /// <summary>All of them.</summary>
    public int Total => InProgress + Complete + Failed;

    /// <summary>Counts a deployment, or with -1 counts it no more.</summary>
    internal void Add(FleetEntry entry, int by)
    {
        switch (entry.Mark)
        {
            case FleetMark.InProgress:
                InProgress += by;
                break;
            case FleetMark.Overdue:
                InProgress += by;
                Overdue += by;
                break;
            case FleetMark.Complete:
                Complete += by;
                break;
            default:
                Failed += by;
                break;
        }
    }
}
