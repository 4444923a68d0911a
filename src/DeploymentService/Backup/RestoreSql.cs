using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Backup;

/// <summary>What is asked and changed once, after a restore. It may look at every row.</summary>
internal static class RestoreSql
{
    private const string GreatestText = """
        SELECT max(n) FROM (SELECT coalesce(max(sequence), 0) AS n FROM deployment_events
        UNION ALL SELECT coalesce(max(revision), 0) FROM software_deployments
        UNION ALL SELECT coalesce(max(execution), 0) FROM software_deployments) AS numbers
        """;

    private const string InProgressText = "SELECT project_id, id, sequence FROM software_deployments WHERE sequence > $1 AND status = 'IN_PROGRESS' ORDER BY sequence";

    private const string RevisionsText = "UPDATE software_deployments SET revision = $1";

    // Truth values are called by different names.
    private const string EventText = $"""
        INSERT INTO deployment_events (sequence, project_id, subject, deployment_number, deployment_id, server_id, time, kind, execution, reason, repeated, is_report, actor_role)
        VALUES ($1, '', '{EventSubject.Service}', 0, '', '', $2, '{EventSubject.Restored}', 0, $3, 1 = 0, 1 = 0, 'service')
        """;

    /// <summary>The greatest number that anything has: an event, a state or an execution.</summary>
    public static Query<int, long> Greatest { get; } = new(GreatestText, static (_, _) => { }, static row => row.Integer(0));

    /// <summary>The deployments in progress, behind one in the order of creation.</summary>
    public static Query<long, (string ProjectId, string Id, long Number)> InProgress { get; } =
        new(InProgressText, static (parameters, after) => parameters.Add(after), static row => (row.Text(0), row.Text(1), row.Integer(2)));

    /// <summary>Gives all deployments one revision.</summary>
    public static Statement<long> Revisions { get; } = new(RevisionsText, static (parameters, revision) => parameters.Add(revision));

    /// <summary>Lets the log go on behind a number.</summary>
    public static Statement<(long Number, DateTime Time, string Reason)> Event { get; } =
        new(EventText, static (parameters, evt) => parameters.Add(evt.Number).Add(evt.Time).Add(evt.Reason));
}
