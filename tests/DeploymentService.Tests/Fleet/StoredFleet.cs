using DeploymentService.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Tests.Fleet;

/// <summary>What lies in the database, read and written past the service.</summary>
internal static class StoredFleet
{
    /// <summary>A row of <c>software_deployments</c>, as far as it can be searched.</summary>
    public sealed record Row(
        long Number, string Id, string Server, string Config, string? Name, string? Action, string Status, string? Reason, DateTime Changed, bool Overdue);

    /// <summary>The deployments of a project in the order of their creation.</summary>
    public static List<Row> Rows(string databaseFile, string project)
    {
        using var connection = Open(databaseFile, "ReadOnly");
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT d.sequence, d.id, d.server_id, d.config_id, c.name, d.action, d.status, d.status_reason, coalesce(d.updated_time, d.creation_time),
            d.lateness = 1 AND d.status = 'IN_PROGRESS'
            FROM software_deployments AS d JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
            WHERE d.project_id = $project ORDER BY d.sequence
            """;
        command.Parameters.AddWithValue("$project", project);
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read())
        {
            rows.Add(new(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Text(4), Text(5), reader.GetString(6), Text(7),
                DateTime.UnixEpoch.AddMilliseconds(reader.GetInt64(8)), reader.GetBoolean(9)));
        }

        return rows;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>A number that a statement finds; its one parameter is the project.</summary>
    public static long Number(string databaseFile, string project, string sql)
    {
        using var connection = Open(databaseFile, "ReadOnly");
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$project", project);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Makes a database with a project that has so many deployments of one config, of ten servers, a third of each status.</summary>
    public static async Task<string> FillAsync(ServiceApp app, int count)
    {
        var project = new Project(app);
        var config = await project.ConfigAsync();
        using var connection = Open(app.DatabaseFile, "ReadWrite");
        using var command = connection.CreateCommand();
        command.CommandText = """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $count)
            INSERT INTO software_deployments (project_id, id, sequence, server_id, config_id, action, status, status_reason, creation_time)
            SELECT $project, printf('%08x-0000-4000-8000-000000000000', n), n + (SELECT coalesce(max(sequence), 0) FROM software_deployments),
            'server-' || (n % 10), $config, 'CREATE',
            CASE n % 3 WHEN 0 THEN 'IN_PROGRESS' WHEN 1 THEN 'COMPLETE' ELSE 'FAILED' END, 'reason ' || n, 1700000000000 + n FROM numbers
            """;
        command.Parameters.AddWithValue("$count", count);
        command.Parameters.AddWithValue("$project", project.Id);
        command.Parameters.AddWithValue("$config", config);
        command.ExecuteNonQuery();
        return project.Id;
    }

    /// <summary>Changes the database while no service runs on it.</summary>
    public static void Change(string databaseFile, string sql)
    {
        using var connection = Open(databaseFile, "ReadWrite");
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string databaseFile, string mode)
    {
        var connection = new SqliteConnection($"Data Source={databaseFile};Mode={mode};Pooling=false");
        connection.Open();
        return connection;
    }
}
