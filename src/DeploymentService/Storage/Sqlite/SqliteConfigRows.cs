using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Loads what is known of configs, and adds them. Prepared statements, because agents' reports and creations ask them.</summary>
internal static class SqliteConfigRows
{
    private const string FactsSql = """SELECT name, "group" FROM software_configs WHERE project_id = ?1 AND id = ?2""";

    private const string LastNumberSql = "SELECT coalesce(max(sequence), 0) FROM software_configs";

    private const string InsertSql = """
        INSERT INTO software_configs (project_id, id, sequence, name, "group", config, inputs, outputs, options, creation_time)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """;

    /// <summary>The facts of a config; null when the project has none with that id.</summary>
    public static ConfigFacts? Facts(SqliteSession session, string projectId, string id)
    {
        var row = session.Prepare(FactsSql).Bind(1, projectId).Bind(2, id);
        var facts = row.Step() ? new ConfigFacts(row.TextOrNull(0), row.TextOrNull(1)) : null;
        row.Reset();
        return facts;
    }

    /// <summary>The highest number of a config; 0 for none.</summary>
    public static long LastNumber(SqliteSession session) => session.Number(LastNumberSql);

    /// <summary>Adds a row.</summary>
    public static void Insert(SqliteSession session, SoftwareConfig row) => session.Prepare(InsertSql)
        .Bind(1, row.ProjectId).Bind(2, row.Id).Bind(3, row.Sequence).Bind(4, row.Name).Bind(5, row.Group)
        .Bind(6, row.Config).Bind(7, row.Inputs).Bind(8, row.Outputs).Bind(9, row.Options).Bind(10, row.CreationTime)
        .Execute();
}
