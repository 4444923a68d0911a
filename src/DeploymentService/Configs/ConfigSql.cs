using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Configs;

/// <summary>The statements of the configs that run on prepared statements.</summary>
public static class ConfigSql
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order, of a table named <c>c</c>.</summary>
    public const string Columns = """c.project_id, c.id, c.sequence, c.name, c."group", c.config, c.inputs, c.outputs, c.options, c.creation_time""";

    /// <summary>How many they are.</summary>
    internal const int ColumnCount = 10;

    /// <summary>One config: project, id.</summary>
    public const string Find = $"SELECT {Columns} FROM software_configs AS c WHERE c.project_id = ?1 AND c.id = ?2";

    /// <summary>Whether it is there: project, id.</summary>
    public const string Exists = "SELECT 1 FROM software_configs WHERE project_id = ?1 AND id = ?2";

    /// <summary>The place of a marker: project, id.</summary>
    public const string Sequence = "SELECT sequence FROM software_configs WHERE project_id = ?1 AND id = ?2";

    /// <summary>The summaries of a project, newest first: project, before which sequence. The reader stops by itself at the end of a page.</summary>
    public const string OfProject = """
        SELECT id, name, "group", creation_time, sequence FROM software_configs WHERE project_id = ?1 AND sequence < ?2 ORDER BY sequence DESC
        """;

    /// <summary>Project, id.</summary>
    public const string Delete = "DELETE FROM software_configs WHERE project_id = ?1 AND id = ?2";

    /// <summary>The declared inputs of a config: project, id.</summary>
    public const string Inputs = "SELECT inputs FROM software_configs WHERE project_id = ?1 AND id = ?2";

    /// <summary>The condition on a table named <c>c</c> under which agents run a config.</summary>
    public const string IsGrouped = """c."group" NOT IN ('', 'Heat::Ungrouped')""";

    /// <summary>Whether the project has the config.</summary>
    public static bool IsThere(SqliteSession session, string projectId, string id)
    {
        var row = session.Prepare(Exists).Bind(1, projectId).Bind(2, id);
        var isThere = row.Step();
        row.Reset();
        return isThere;
    }

    /// <summary>The config of the row that the statement stands on.</summary>
    public static SoftwareConfig Read(SqliteStatement row) => new()
    {
        ProjectId = row.Text(0),
        Id = row.Text(1),
        Sequence = row.Integer(2),
        Name = row.TextOrNull(3),
        Group = row.TextOrNull(4),
        Config = row.Json(5),
        Inputs = row.Json(6),
        Outputs = row.Json(7),
        Options = row.Json(8),
        CreationTime = row.Time(9),
    };
}
