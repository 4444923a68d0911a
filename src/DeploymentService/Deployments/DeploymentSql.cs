using DeploymentService.Discovery;
using DeploymentService.Events;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Deployments;

/// <summary>The statements of the deployments that run on prepared statements.</summary>
public static class DeploymentSql
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order.</summary>
    public const string Columns = """
        project_id, id, sequence, server_id, config_id, action, status, status_reason, input_values, output_values, stack_user_project_id,
        creation_time, updated_time, execution, execution_is_stale, revision, timeout, deadline, lateness, fetched_time,
        execution_is_on_server
        """;

    /// <summary>A new row, with a number that neither a deployment nor a history has.</summary>
    public const string Insert = $"""
        INSERT INTO software_deployments ({Columns})
        VALUES (?1, ?2, 1 + max((SELECT coalesce(max(sequence), 0) FROM software_deployments),
        (SELECT coalesce(max(deployment_number), 0) FROM deployment_events WHERE kind = '{EventKind.Deleted}')),
        ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9, ?10, NULL, 1, 0, 1, ?11, ?12, 0, NULL, 0)
        RETURNING {Columns}
        """;

    private const string Updated = """
        action = ?2, status = ?3, status_reason = ?4, input_values = ?5, output_values = ?6, updated_time = ?7, execution = ?8, execution_is_stale = ?9,
        revision = ?10, deadline = ?11, lateness = ?12, fetched_time = ?13, execution_is_on_server = ?14
        """;

    /// <summary>An update that leaves the config alone: SQLite then touches no index of it. The sequence, then the columns in their order.</summary>
    public const string Update = $"UPDATE software_deployments SET {Updated} WHERE sequence = ?1";

    /// <summary>An update with another config: as <see cref="Update"/>, and the config.</summary>
    public const string UpdateWithConfig = $"UPDATE software_deployments SET {Updated}, config_id = ?15 WHERE sequence = ?1";

    /// <summary>Project, id.</summary>
    public const string Delete = $"DELETE FROM software_deployments WHERE project_id = ?1 AND id = ?2 RETURNING {Columns}";

    /// <summary>The state of one deployment: project, id.</summary>
    public const string Revision = "SELECT revision FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>The number and the server of one deployment: project, id.</summary>
    public const string Number = "SELECT sequence, server_id FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>One deployment: project, id.</summary>
    public const string Find = $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>The same without what its server reported, which may be megabytes: project, id.</summary>
    public static readonly string FindWithoutOutputs = Find.Replace("output_values", "NULL", StringComparison.Ordinal);

    // The reader stops by itself at the end of a page: SQLite plans a statement anew whenever the value of a bound LIMIT changes, which
    // doubles the cost of a list of ten.

    /// <summary>Project, behind which sequence.</summary>
    public const string OfProject = $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND sequence > ?2 ORDER BY sequence";

    /// <summary>Project, behind which sequence, server.</summary>
    public const string OfServer = $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND server_id = ?3 AND sequence > ?2 ORDER BY sequence";

    /// <summary>Those that a server has in progress: project, server.</summary>
    public const string InProgressOfServer =
        $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND server_id = ?2 AND status = '{DeploymentStatus.InProgress}' ORDER BY sequence";

    /// <summary>The deployment of an id; null when the project has none with it.</summary>
    public static SoftwareDeployment? FindOne(SqliteSession session, string projectId, string id) => FindOne(session, Find, projectId, id);

    /// <summary>The deployment of an id; null when the project has none with it.</summary>
    /// <param name="session">Reads it.</param>
    /// <param name="sql"><see cref="Find"/> or <see cref="FindWithoutOutputs"/>.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="id">The deployment.</param>
    public static SoftwareDeployment? FindOne(SqliteSession session, string sql, string projectId, string id)
    {
        var row = session.Prepare(sql).Bind(1, projectId).Bind(2, id);
        if (!row.Step())
        {
            return null;
        }

        var deployment = Read(row);
        row.Reset();
        return deployment;
    }

    /// <summary>The place of a marker in the order of creation, also of a deployment that was deleted since; 0 when it is not known.</summary>
    public static long PlaceOf(SqliteSession session, string projectId, string marker)
    {
        foreach (var sql in (ReadOnlySpan<string>)[Number, EventSql.NumberOfDeleted])
        {
            var row = session.Prepare(sql).Bind(1, projectId).Bind(2, marker);
            if (row.Step())
            {
                var place = row.Integer(0);
                row.Reset();
                return place;
            }
        }

        return 0;
    }

    /// <summary>Puts down what an update made of a deployment.</summary>
    public static void Write(SqliteSession session, SoftwareDeployment updated, SoftwareDeployment before)
    {
        var isOfSameConfig = updated.ConfigId == before.ConfigId;
        var statement = session.Prepare(isOfSameConfig ? Update : UpdateWithConfig)
            .Bind(1, updated.Sequence).Bind(2, updated.Action).Bind(3, updated.Status).Bind(4, updated.StatusReason)
            .Bind(5, updated.InputValues).Bind(6, updated.OutputValues).Bind(7, updated.UpdatedTime).Bind(8, updated.Execution)
            .Bind(9, updated.ExecutionIsStale ? 1 : 0).Bind(10, updated.Revision).Bind(11, updated.Deadline).Bind(12, (long)updated.Lateness)
            .Bind(13, updated.FetchedTime).Bind(14, updated.ExecutionIsOnServer ? 1 : 0);
        if (!isOfSameConfig)
        {
            statement.Bind(15, updated.ConfigId);
        }

        statement.Execute();
    }

    /// <summary>Runs a statement that changes one deployment and answers the row as it is afterwards; null when it found none.</summary>
    public static SoftwareDeployment? ReadChanged(SqliteStatement statement)
    {
        SoftwareDeployment? changed = null;
        // To its end: only then is the change made.
        while (statement.Step())
        {
            changed = Read(statement);
        }

        return changed;
    }

    /// <summary>The deployment of the row that the statement stands on.</summary>
    public static SoftwareDeployment Read(SqliteStatement row) => new()
    {
        ProjectId = row.Text(0),
        Id = row.Text(1),
        Sequence = row.Integer(2),
        ServerId = row.Text(3),
        ConfigId = row.Text(4),
        Action = row.TextOrNull(5),
        Status = row.Text(6),
        StatusReason = row.TextOrNull(7),
        InputValues = row.JsonOrNull(8),
        OutputValues = row.JsonOrNull(9),
        StackUserProjectId = row.TextOrNull(10),
        CreationTime = row.Time(11),
        UpdatedTime = row.TimeOrNull(12),
        Execution = row.Integer(13),
        ExecutionIsStale = row.Integer(14) != 0,
        Revision = row.Integer(15),
        Timeout = row.IntegerOrNull(16),
        Deadline = row.TimeOrNull(17),
        Lateness = (Lateness)row.Integer(18),
        FetchedTime = row.TimeOrNull(19),
        ExecutionIsOnServer = row.Integer(20) != 0,
    };
}
