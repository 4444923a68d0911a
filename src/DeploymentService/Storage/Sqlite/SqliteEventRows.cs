using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Appends to the log. A prepared statement, because every update appends.</summary>
internal static class SqliteEventRows
{
    private const string LastNumberSql = "SELECT coalesce(max(sequence), 0) FROM deployment_events";

    private const string LastTimeSql = "SELECT time FROM deployment_events WHERE sequence = (SELECT max(sequence) FROM deployment_events)";

    // SQLite gives the number behind the highest, and finds the place for it without a search.
    private const string InsertSql = """
        INSERT INTO deployment_events (project_id, deployment_number, deployment_id, server_id, time, kind, execution, status_from, status_to,
        reason, repeated, actor_name, actor_role, request_id, subject, is_report)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        """;

    /// <summary>The number of the last event; 0 for none. The purge leaves the last one.</summary>
    public static long LastNumber(SqliteSession session) => session.Number(LastNumberSql);

    /// <summary>The time of the last event; null for none.</summary>
    public static DateTime? LastTime(SqliteSession session)
    {
        var row = session.Prepare(LastTimeSql);
        DateTime? time = row.Step() ? row.Time(0) : null;
        row.Reset();
        return time;
    }

    /// <summary>Adds a row behind all others; its number.</summary>
    public static long Append(SqliteSession session, DeploymentEvent row) => session.Prepare(InsertSql)
        .Bind(1, row.ProjectId).Bind(2, row.DeploymentNumber).Bind(3, row.DeploymentId).Bind(4, row.ServerId).Bind(5, row.Time)
        .Bind(6, row.Kind).Bind(7, row.Execution).Bind(8, row.StatusFrom).Bind(9, row.StatusTo).Bind(10, row.Reason).Bind(11, row.Repeated)
        .Bind(12, row.ActorName).Bind(13, row.ActorRole).Bind(14, row.RequestId).Bind(15, row.Subject).Bind(16, row.IsReport)
        .ExecuteInsert();
}
