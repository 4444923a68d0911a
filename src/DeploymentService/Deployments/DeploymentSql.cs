using DeploymentService.Configs;
using DeploymentService.Data.Sqlite;
using DeploymentService.Events;

namespace DeploymentService.Deployments;

/// <summary>The statements of the deployments that run on prepared statements.</summary>
public static class DeploymentSql
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order.</summary>
    public const string Columns = """
        project_id, id, sequence, server_id, config_id, action, status, status_reason, input_values, output_values, stack_user_project_id,
        creation_time, updated_time, execution, execution_is_stale, revision, timeout, deadline, lateness, fetched_time
        """;

    // ?9 is whether what is to be run changes: the next execution begins with that, or as soon as the deployment is in progress again.
    // A status or outputs are a report: one that leaves the deployment in progress gives it its whole timeout again.
    private const string FilledFields = """
        action = coalesce(?3, action), status = coalesce(?4, status), status_reason = coalesce(?5, status_reason),
        input_values = coalesce(?6, input_values), output_values = coalesce(?7, output_values), updated_time = ?8,
        execution = execution + ((?9 OR execution_is_stale) AND coalesce(?4, status) = 'IN_PROGRESS'),
        execution_is_stale = (?9 OR execution_is_stale) AND coalesce(?4, status) <> 'IN_PROGRESS',
        revision = revision + 1,
        deadline = CASE WHEN coalesce(?4, status) <> 'IN_PROGRESS' THEN NULL
            WHEN ?4 IS NOT NULL OR ?7 IS NOT NULL OR ?9 THEN ?8 + timeout * 1000 ELSE deadline END,
        lateness = CASE WHEN ?4 IS NOT NULL OR (status = 'IN_PROGRESS' AND (?7 IS NOT NULL OR ?9)) THEN 0 ELSE lateness END,
        fetched_time = CASE WHEN (?9 OR execution_is_stale) AND coalesce(?4, status) = 'IN_PROGRESS' THEN NULL ELSE fetched_time END
        """;

    private const string OfRow = $"WHERE project_id = ?1 AND id = ?2 RETURNING {Columns}";

    /// <summary>A new row, with a number that neither a deployment nor a history has.</summary>
    public const string Insert = $"""
        INSERT INTO software_deployments ({Columns})
        VALUES (?1, ?2, 1 + max((SELECT coalesce(max(sequence), 0) FROM software_deployments), (SELECT coalesce(max(deployment_number), 0) FROM deployment_events)),
        ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9, ?10, NULL, 1, 0, 1, ?11, ?12, 0, NULL)
        RETURNING {Columns}
        """;

    /// <summary>What an update has to know of the row beforehand, and whether it says anything new: as <see cref="UpdateWithConfig"/>.</summary>
    public const string Look = """
        SELECT server_id, status, revision, lateness,
        coalesce(?4, status) = status AND coalesce(?3, action) IS action AND coalesce(?5, status_reason) IS status_reason AND coalesce(?10, config_id) = config_id
        AND coalesce(?6, input_values) IS input_values AND coalesce(?7, output_values) IS output_values
        FROM software_deployments WHERE project_id = ?1 AND id = ?2
        """;

    /// <summary>An update that leaves the config alone: SQLite then touches no index.</summary>
    public const string Update = $"UPDATE software_deployments SET {FilledFields} {OfRow}";

    /// <summary>An update with another config.</summary>
    public const string UpdateWithConfig = $"UPDATE software_deployments SET {FilledFields}, config_id = ?10 {OfRow}";

    /// <summary>Project, id.</summary>
    public const string Delete = $"DELETE FROM software_deployments WHERE project_id = ?1 AND id = ?2 RETURNING {Columns}";

    /// <summary>The state of one deployment: project, id.</summary>
    public const string Revision = "SELECT revision FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>The number and the server of one deployment: project, id.</summary>
    public const string Number = "SELECT sequence, server_id FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>One deployment: project, id.</summary>
    public const string Find = $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    // The reader stops by itself at the end of a page: SQLite plans a statement anew whenever the value of a bound LIMIT changes, which
    // doubles the cost of a list of ten.

    /// <summary>Project, behind which sequence.</summary>
    public const string OfProject = $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND sequence > ?2 ORDER BY sequence";

    /// <summary>Project, behind which sequence, server.</summary>
    public const string OfServer = $"SELECT {Columns} FROM software_deployments WHERE project_id = ?1 AND server_id = ?3 AND sequence > ?2 ORDER BY sequence";

    /// <summary>The configs of a server's deployments, in the order in which an agent runs them: project, server.</summary>
    public const string Metadata = $"""
        SELECT {ConfigSql.Columns} FROM software_deployments AS d
        JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
        WHERE d.project_id = ?1 AND d.server_id = ?2 ORDER BY c.name, d.sequence
        """;

    /// <summary>The deployment of an id; null when the project has none with it.</summary>
    public static SoftwareDeployment? FindOne(SqliteSession session, string projectId, string id)
    {
        var row = session.Prepare(Find).Bind(1, projectId).Bind(2, id);
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
    };
}
