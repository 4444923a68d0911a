namespace DeploymentService.Storage.Sqlite;

/// <summary>The statements of <see cref="HistoryIndex"/>.</summary>
internal static class HistoryIndexSql
{
    /// <summary>The events of a deployment in a segment, oldest first: segment, deployment's number, behind which event.</summary>
    public const string After =
        "SELECT sequence FROM deployment_event_index WHERE segment = ?1 AND deployment_number = ?2 AND sequence > ?3 ORDER BY sequence";

    /// <summary>The same, latest first.</summary>
    public const string Latest =
        "SELECT sequence FROM deployment_event_index WHERE segment = ?1 AND deployment_number = ?2 AND sequence > ?3 ORDER BY sequence DESC";

    /// <summary>A row of a segment: segment, deployment's number, event.</summary>
    public const string Insert = "INSERT INTO deployment_event_index (segment, deployment_number, sequence) VALUES (?1, ?2, ?3)";

    /// <summary>A segment is complete: its first event, its last.</summary>
    public const string InsertSegment = "INSERT INTO deployment_event_segments (first_event, last_event) VALUES (?1, ?2)";

    /// <summary>The segments, oldest first, behind one.</summary>
    public const string Segments = "SELECT first_event, last_event FROM deployment_event_segments WHERE first_event > ?1 ORDER BY first_event";

    /// <summary>Rows of one segment and those behind it: which segment, how many at most.</summary>
    public const string RemoveUnfinished = """
        DELETE FROM deployment_event_index WHERE (segment, deployment_number, sequence) IN
        (SELECT segment, deployment_number, sequence FROM deployment_event_index WHERE segment >= ?1 ORDER BY segment, deployment_number, sequence LIMIT ?2)
        """;

    /// <summary>Rows of a segment: which, how many at most.</summary>
    public const string RemoveRows = """
        DELETE FROM deployment_event_index WHERE (segment, deployment_number, sequence) IN
        (SELECT segment, deployment_number, sequence FROM deployment_event_index WHERE segment = ?1 ORDER BY segment, deployment_number, sequence LIMIT ?2)
        """;

    /// <summary>A segment is gone: its first event.</summary>
    public const string RemoveSegment = "DELETE FROM deployment_event_segments WHERE first_event = ?1";

    /// <summary>The first event that has not been purged; 0 for none.</summary>
    public const string FirstEvent = "SELECT coalesce(min(sequence), 0) FROM deployment_events";

    /// <summary>Which deployments the events are about: behind which event, up to which.</summary>
    public const string Deployments = "SELECT sequence, deployment_number FROM deployment_events WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence";
}
