using System.Data.Common;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>What lies in the database, read and written past the service.</summary>
internal static class StoredFleet
{
    /// <summary>A row of <c>software_deployments</c>, as far as it can be searched.</summary>
    public sealed record Row(
        long Number, string Id, string Server, string Config, string? Name, string? Action, string Status, string? Reason, DateTime Changed, bool Overdue);

    /// <summary>The deployments of a project in the order of their creation.</summary>
    public static List<Row> Rows(TestDatabase database, string project)
    {
        const string sql = """
            SELECT d.sequence, d.id, d.server_id, d.config_id, c.name, d.action, d.status, d.status_reason, coalesce(d.updated_time, d.creation_time),
            d.lateness = 1 AND d.status = 'IN_PROGRESS'
            FROM software_deployments AS d JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
            WHERE d.project_id = @project ORDER BY d.sequence
            """;
        return database.Query(sql, Read, ("project", project));

        static Row Read(DbDataReader row)
        {
            return new(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(4), Text(5), row.GetString(6), Text(7),
                DateTime.UnixEpoch.AddMilliseconds(row.GetInt64(8)), row.GetBoolean(9));

            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        }
    }

    /// <summary>Makes a database with a project that has so many deployments of one config, of ten servers, a third of each status.</summary>
    public static async Task<string> FillAsync(ServiceApp app, int count)
    {
        var project = new Project(app);
        var config = await project.ConfigAsync();
        const string sql = """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
            INSERT INTO software_deployments (project_id, id, sequence, server_id, config_id, action, status, status_reason, creation_time, execution_is_stale, lateness)
            SELECT @project, '00000000-0000-4000-8000-' || substr(CAST(1000000000000 + n AS TEXT), 2), n + (SELECT coalesce(max(sequence), 0) FROM software_deployments),
            'server-' || (n % 10), @config, 'CREATE',
            CASE n % 3 WHEN 0 THEN 'IN_PROGRESS' WHEN 1 THEN 'COMPLETE' ELSE 'FAILED' END, 'reason ' || n, 1700000000000 + n, FALSE, 0 FROM numbers
            """;
        app.Database.Execute(sql, ("count", count), ("project", project.Id), ("config", config));
        return project.Id;
    }
}
