using DeploymentService.Hosting;
using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>Counts what this process has put down of reports. Whoever follows the log meets those of all replicas, and some of them twice: so it is counted where they are appended.</summary>
internal sealed class ReportTally
{
    /// <summary>The counts.</summary>
    public Tally<ReportOutcome> Tally { get; } = new();

    /// <summary>Counts an event that was appended, if it is a report, or says that none came.</summary>
    public void Add(DeploymentEvent evt)
    {
        if (evt.Subject is null && Of(evt) is { } outcome)
        {
            Tally.Add(outcome);
        }
    }

    private static ReportOutcome? Of(DeploymentEvent evt) => evt.Kind switch
    {
        EventKind.Refused => ReportOutcome.Refused,
        EventKind.Late => ReportOutcome.Late,
        EventKind.Expired => ReportOutcome.Expired,
        _ when !EventKind.IsReport(evt.Kind) => null,
        _ => evt.StatusTo switch
        {
            DeploymentStatus.Complete => ReportOutcome.Complete,
            DeploymentStatus.Failed => ReportOutcome.Failed,
            _ => ReportOutcome.InProgress,
        },
    };

    /// <summary>What a report came to.</summary>
    internal enum ReportOutcome
    {
        /// <summary>The run is complete.</summary>
        Complete,

        /// <summary>The run has failed.</summary>
        Failed,

        /// <summary>The run goes on.</summary>
        InProgress,

        /// <summary>It came after its deadline, after the end, or for an older run.</summary>
        Late,

        /// <summary>It could not be taken.</summary>
        Refused,

        /// <summary>None came, for so long that the run was failed.</summary>
        Expired,
    }
}
