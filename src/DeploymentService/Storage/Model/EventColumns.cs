namespace DeploymentService.Storage.Model;

/// <summary>The columns of an event in the queries of all engines.</summary>
public static class EventColumns
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order, of a table named <c>e</c>.</summary>
    public const string All = """
        e.sequence, e.project_id, e.deployment_number, e.deployment_id, e.server_id, e.time, e.kind, e.execution, e.status_from, e.status_to, e.reason,
        e.repeated, e.actor_name, e.actor_role, e.request_id, e.subject, e.is_report
        """;

    /// <summary>How many they are.</summary>
    internal const int Count = 17;

    /// <summary>The event of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The place of the first column.</param>
    public static DeploymentEvent Read(IRow row, int first) => new()
    {
        Sequence = row.Integer(first),
        ProjectId = row.Text(first + 1),
        DeploymentNumber = row.Integer(first + 2),
        DeploymentId = row.Text(first + 3),
        ServerId = row.Text(first + 4),
        Time = row.Time(first + 5),
        Kind = row.Text(first + 6),
        Execution = row.Integer(first + 7),
        StatusFrom = row.TextOrNull(first + 8),
        StatusTo = row.TextOrNull(first + 9),
        Reason = row.TextOrNull(first + 10),
        Repeated = row.Flag(first + 11),
        ActorName = row.TextOrNull(first + 12),
        ActorRole = row.Text(first + 13),
        RequestId = row.TextOrNull(first + 14),
        Subject = row.TextOrNull(first + 15),
        IsReport = row.Flag(first + 16),
    };
}
