using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>The statements of the history.</summary>
public static class EventSql
{
    /// <summary>The number that a deleted deployment had, and its server: project, id.</summary>
    public const string NumberOfDeleted =
        $"SELECT deployment_number, server_id FROM deployment_events WHERE project_id = ?1 AND deployment_id = ?2 AND kind = '{EventKind.Deleted}' AND subject IS NULL";

    /// <summary>
    /// The oldest events, up to the first that is younger than a time, so that none is missing behind the first that stays, whatever the clock did. The last event of
    /// all stays, so that no number is given twice: the time, how many numbers at most.
    /// </summary>
    public const string Purge = """
        DELETE FROM deployment_events WHERE sequence < (SELECT min(sequence) FROM deployment_events) + ?2
        AND sequence < (SELECT max(sequence) FROM deployment_events)
        AND sequence < coalesce((SELECT min(sequence) FROM deployment_events WHERE time >= ?1 AND sequence < (SELECT min(sequence) FROM deployment_events) + ?2), 9223372036854775807)
        """;
}
