using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Loads and saves deployments. Prepared statements, because that is what an update costs (decision 0002).</summary>
internal static class SqliteDeploymentRows
{
    private const string FindSql = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    private const string LastNumberSql = $"""
        SELECT max((SELECT coalesce(max(sequence), 0) FROM software_deployments),
        (SELECT coalesce(max(deployment_number), 0) FROM deployment_events WHERE kind = '{EventKind.Deleted}'))
        """;

    private const string InsertSql = $"""
        INSERT INTO software_deployments ({DeploymentColumns.All})
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
        """;

    private const string Changed = """
        action = ?3, status = ?4, status_reason = ?5, input_values = ?6, output_values = ?7, updated_time = ?8, execution = ?9, execution_is_stale = ?10,
        revision = ?11, deadline = ?12, lateness = ?13, fetched_time = ?14, execution_is_on_server = ?15,
        ended_time = ?16, outputs_are_stale = ?17
        """;

    // Leaves alone what only another execution changes: SQLite then touches no index of the config.
    private const string UpdateSql = $"UPDATE software_deployments SET {Changed} WHERE sequence = ?1 AND revision = ?2";

    private const string UpdateWithExecutionSql = $"""
        UPDATE software_deployments SET {Changed}, config_id = ?18, started_time = ?19, started_by = ?20, rollout_id = ?21, timeout = ?22
        WHERE sequence = ?1 AND revision = ?2
        """;

    private const string DeleteSql = "DELETE FROM software_deployments WHERE sequence = ?1 AND revision = ?2";

    /// <summary>The deployment of an id; null when the project has none with it.</summary>
    public static SoftwareDeployment? Find(SqliteSession session, string projectId, string id)
    {
        var row = session.Prepare(FindSql).Bind(1, projectId).Bind(2, id);
        if (!row.Step())
        {
            return null;
        }

        var deployment = DeploymentColumns.Read(row);
        row.Reset();
        return deployment;
    }

    /// <summary>The highest number that a deployment or a history has; 0 for none.</summary>
    public static long LastNumber(SqliteSession session) => session.Number(LastNumberSql);

    /// <summary>Adds a row.</summary>
    public static void Insert(SqliteSession session, SoftwareDeployment row) => session.Prepare(InsertSql)
        .Bind(1, row.ProjectId).Bind(2, row.Id).Bind(3, row.Sequence).Bind(4, row.ServerId).Bind(5, row.ConfigId).Bind(6, row.Action)
        .Bind(7, row.Status).Bind(8, row.StatusReason).Bind(9, row.InputValues).Bind(10, row.OutputValues).Bind(11, row.StackUserProjectId)
        .Bind(12, row.CreationTime).Bind(13, row.UpdatedTime).Bind(14, row.Execution).Bind(15, row.ExecutionIsStale).Bind(16, row.Revision)
        .Bind(17, row.Timeout).Bind(18, row.Deadline).Bind(19, (long)row.Lateness).Bind(20, row.FetchedTime).Bind(21, row.ExecutionIsOnServer)
        .Bind(22, row.StartedTime).Bind(23, row.StartedBy).Bind(24, row.EndedTime).Bind(25, row.RolloutId).Bind(26, row.OutputsAreStale)
        .Execute();

    /// <summary>Saves a row. False when it is no longer as it was.</summary>
    public static bool Update(SqliteSession session, SoftwareDeployment before, SoftwareDeployment after)
    {
        var isOfSameExecution = (after.ConfigId, after.StartedTime, after.StartedBy, after.RolloutId, after.Timeout)
            == (before.ConfigId, before.StartedTime, before.StartedBy, before.RolloutId, before.Timeout);
        var statement = session.Prepare(isOfSameExecution ? UpdateSql : UpdateWithExecutionSql)
            .Bind(1, before.Sequence).Bind(2, before.Revision).Bind(3, after.Action).Bind(4, after.Status).Bind(5, after.StatusReason)
            .Bind(6, after.InputValues).Bind(7, after.OutputValues).Bind(8, after.UpdatedTime).Bind(9, after.Execution)
            .Bind(10, after.ExecutionIsStale).Bind(11, after.Revision).Bind(12, after.Deadline).Bind(13, (long)after.Lateness)
            .Bind(14, after.FetchedTime).Bind(15, after.ExecutionIsOnServer).Bind(16, after.EndedTime)
            .Bind(17, after.OutputsAreStale);
        if (!isOfSameExecution)
        {
            statement.Bind(18, after.ConfigId).Bind(19, after.StartedTime).Bind(20, after.StartedBy).Bind(21, after.RolloutId).Bind(22, after.Timeout);
        }

        return statement.Execute() == 1;
    }

    /// <summary>Deletes a row. False when it is no longer as it was.</summary>
    public static bool Delete(SqliteSession session, SoftwareDeployment row) =>
        session.Prepare(DeleteSql).Bind(1, row.Sequence).Bind(2, row.Revision).Execute() == 1;
}
