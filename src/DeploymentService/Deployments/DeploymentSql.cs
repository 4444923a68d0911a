using DeploymentService.Configs;
using DeploymentService.Events;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Deployments;

/// <summary>The statements of the deployments that run on prepared statements.</summary>
public static class DeploymentSql
{
    /// <summary>The number and the server of one deployment: project, id.</summary>
    public const string Number = "SELECT sequence, server_id FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    /// <summary>One deployment: project, id.</summary>
    public const string Find = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND id = ?2";

    // The reader stops by itself at the end of a page: SQLite plans a statement anew whenever the value of a bound LIMIT changes, which
    // doubles the cost of a list of ten.

    /// <summary>Project, behind which sequence.</summary>
    public const string OfProject = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND sequence > ?2 ORDER BY sequence";

    /// <summary>Project, behind which sequence, server.</summary>
    public const string OfServer = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND server_id = ?3 AND sequence > ?2 ORDER BY sequence";

    /// <summary>A server's deployments and their configs, in the order in which an agent runs them: project, server.</summary>
    public const string Metadata = $"""
        SELECT {ConfigSql.Columns}, d.id, d.execution, d.status = 'IN_PROGRESS' AND d.fetched_time IS NULL FROM software_deployments AS d
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

        var deployment = DeploymentColumns.Read(row);
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
}
