using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Events;

/// <summary>The statements of the history.</summary>
public static class EventSql
{
    private const string Columns = """
        sequence, project_id, deployment_number, deployment_id, server_id, time, kind, execution, status_from, status_to, reason, repeated,
        actor_name, actor_role, request_id
        """;

    /// <summary>The last event of all.</summary>
    public const string Last = "SELECT max(sequence) FROM deployment_events";

    /// <summary>The first event that has not been purged.</summary>
    public const string First = "SELECT min(sequence) FROM deployment_events";

    /// <summary>One event: its sequence.</summary>
    public const string One = $"SELECT {Columns} FROM deployment_events WHERE sequence = ?1";

    /// <summary>The events of a project: project, behind which event.</summary>
    public const string OfProject = $"SELECT {Columns} FROM deployment_events WHERE project_id = ?1 AND sequence > ?2 ORDER BY sequence";

    /// <summary>The number that a deleted deployment had, and its server: project, id.</summary>
    public const string NumberOfDeleted =
        $"SELECT deployment_number, server_id FROM deployment_events WHERE project_id = ?1 AND deployment_id = ?2 AND kind = '{EventKind.Deleted}'";

    /// <summary>The time of an event, or of the one behind it: sequence.</summary>
    public const string TimeAt = "SELECT sequence, time FROM deployment_events WHERE sequence >= ?1 ORDER BY sequence";

    /// <summary>All events of all projects: behind which event, up to which.</summary>
    public const string Between = $"SELECT {Columns} FROM deployment_events WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence";

    /// <summary>The event of the row that the statement stands on.</summary>
    public static DeploymentEvent Read(SqliteStatement row) => new()
    {
        Sequence = row.Integer(0),
        ProjectId = row.Text(1),
        DeploymentNumber = row.Integer(2),
        DeploymentId = row.Text(3),
        ServerId = row.Text(4),
        Time = row.Time(5),
        Kind = row.Text(6),
        Execution = row.Integer(7),
        StatusFrom = row.TextOrNull(8),
        StatusTo = row.TextOrNull(9),
        Reason = row.TextOrNull(10),
        Repeated = row.Integer(11) != 0,
        ActorName = row.TextOrNull(12),
        ActorRole = row.Text(13),
        RequestId = row.TextOrNull(14),
    };
}
