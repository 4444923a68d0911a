using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Appends to the log. A prepared statement, because every update appends.</summary>
internal static class SqliteEventRows
{
    private const string LastNumberSql = "SELECT coalesce(max(sequence), 0) FROM deployment_events";

    private const string LastTimeSql = "SELECT time FROM deployment_events WHERE sequence = (SELECT max(sequence) FROM deployment_events)";

    private const string InsertSql = """
        INSERT INTO deployment_events (sequence, project_id, deployment_number, deployment_id, server_id, time, kind, execution, status_from, status_to,
        reason, repeated, actor_name, actor_role, request_id, subject, is_report)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
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

    /// <summary>Adds a row.</summary>
    public static void Insert(SqliteSession session, DeploymentEvent row) => session.Prepare(InsertSql)
        .Bind(1, row.Sequence).Bind(2, row.ProjectId).Bind(3, row.DeploymentNumber).Bind(4, row.DeploymentId).Bind(5, row.ServerId).Bind(6, row.Time)
        .Bind(7, row.Kind).Bind(8, row.Execution).Bind(9, row.StatusFrom).Bind(10, row.StatusTo).Bind(11, row.Reason).Bind(12, row.Repeated)
        .Bind(13, row.ActorName).Bind(14, row.ActorRole).Bind(15, row.RequestId)
        .Bind(16, row.Subject).Bind(17, row.IsReport)
        .Execute();
}
