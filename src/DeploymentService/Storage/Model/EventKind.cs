namespace DeploymentService.Storage.Model;

/// <summary>What can happen to a deployment. The words are stored and sent exactly so.</summary>
public static class EventKind
{
    /// <summary>It was created.</summary>
    public const string Created = "created";

    /// <summary>Agents will not run it, because its config has no group.</summary>
    public const string Skipped = "skipped";

    /// <summary>The server's agent fetched what it has to run, for the first time in this execution.</summary>
    public const string Fetched = "fetched";

    /// <summary>It was updated.</summary>
    public const string Update = "update";

    /// <summary>The server's agent reported how it went.</summary>
    public const string Signal = "signal";

    /// <summary>A report came after its deadline, and counts; or after the end or for an older execution, and changes nothing: the reason says which.</summary>
    public const string Late = "late";

    /// <summary>A report could not be taken; the reason says why.</summary>
    public const string Refused = "refused";

    /// <summary>It is to be run again.</summary>
    public const string Run = "run";

    /// <summary>Its deadline passed without a report.</summary>
    public const string Overdue = "overdue";

    /// <summary>It was given up and is failed, because nobody reported.</summary>
    public const string Expired = "expired";

    /// <summary>It was deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Created, Skipped, Fetched, Update, Signal, Late, Refused, Run, Overdue, Expired, Deleted];

    /// <summary>True of what a server, or somebody in its place, says about a run.</summary>
    public static bool IsReport(string kind) => kind is Update or Signal or Late;
}
