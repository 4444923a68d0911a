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

    /// <summary>The same without what its server reported, which may be megabytes: project, id.</summary>
    public static readonly string FindWithoutOutputs = Find.Replace("output_values", "NULL", StringComparison.Ordinal);

    // The reader stops by itself at the end of a page: SQLite plans a statement anew whenever the value of a bound LIMIT changes, which
    // doubles the cost of a list of ten.

    /// <summary>Project, behind which sequence.</summary>
    public const string OfProject = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND sequence > ?2 ORDER BY sequence";

    /// <summary>Project, behind which sequence, server.</summary>
    public const string OfServer = $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND server_id = ?3 AND sequence > ?2 ORDER BY sequence";

    /// <summary>Those that a server has in progress: project, server.</summary>
    public const string InProgressOfServer =
        $"SELECT {DeploymentColumns.All} FROM software_deployments WHERE project_id = ?1 AND server_id = ?2 AND status = '{DeploymentStatus.InProgress}' ORDER BY sequence";

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
