using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>How a deployment stands, in a byte: a search passes over all others without looking at them.</summary>
public enum FleetMark : byte
{
    /// <summary>There is no deployment at this place any more.</summary>
    None,

    /// <summary>In progress, and not overdue.</summary>
    InProgress,

    /// <summary>In progress though its deadline has passed.</summary>
    Overdue,

    /// <summary>Complete.</summary>
    Complete,

    /// <summary>Failed.</summary>
    Failed,
}

/// <summary>What marks mean, and sets of them.</summary>
internal static class FleetMarks
{
    /// <summary>All that a deployment can have.</summary>
    public static FleetMark[] All { get; } = [FleetMark.InProgress, FleetMark.Overdue, FleetMark.Complete, FleetMark.Failed];

    /// <summary>The mark of a deployment.</summary>
    public static FleetMark Of(string status, Lateness lateness) => status switch
    {
        DeploymentStatus.InProgress => lateness == Lateness.Overdue ? FleetMark.Overdue : FleetMark.InProgress,
        DeploymentStatus.Complete => FleetMark.Complete,
        _ => FleetMark.Failed,
    };

    /// <summary>The word for it, as the one object that stands for it.</summary>
    public static string StatusOf(FleetMark mark) => mark switch
    {
        FleetMark.InProgress or FleetMark.Overdue => DeploymentStatus.InProgress,
        FleetMark.Complete => DeploymentStatus.Complete,
        _ => DeploymentStatus.Failed,
    };

    /// <summary>A set of marks, as bits.</summary>
    public static int SetOf(IEnumerable<FleetMark> marks) => marks.Aggregate(0, (set, mark) => set | (1 << (int)mark));
}
