using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Configs;

/// <summary>The queries of the configs.</summary>
public static class ConfigQueries
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order, of a table named <c>c</c>.</summary>
    public const string Columns = """c.project_id, c.id, c.sequence, c.name, c."group", c.config, c.inputs, c.outputs, c.options, c.creation_time""";

    /// <summary>The condition on a table named <c>c</c> under which agents run a config.</summary>
    public const string IsGrouped = """c."group" NOT IN ('', 'Heat::Ungrouped')""";

    /// <summary>How many <see cref="Columns"/> there are.</summary>
    internal const int ColumnCount = 10;

    private const string FindText = $"SELECT {Columns} FROM software_configs AS c WHERE c.project_id = $1 AND c.id = $2";

    private const string PlaceText = "SELECT id, sequence FROM software_configs WHERE project_id = $1 AND id = $2";

    private const string OfProjectText = """
        SELECT id, name, "group", creation_time, sequence FROM software_configs WHERE project_id = $1 AND sequence < $2 ORDER BY sequence DESC
        """;

    private const string InputsText = "SELECT inputs FROM software_configs WHERE project_id = $1 AND id = $2";

    private const string RunnableText = """
        SELECT "group", CASE WHEN "group" = 'component' THEN config END, CASE WHEN "group" = 'component' THEN inputs END
        FROM software_configs WHERE project_id = $1 AND id = $2
        """;

    /// <summary>One config.</summary>
    public static Query<(string ProjectId, string Id), SoftwareConfig> Find { get; } =
        new(FindText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), Read);

    /// <summary>Where a config is in the order of creation, if it is there.</summary>
    public static Query<(string ProjectId, string Id), ConfigPlace> Place { get; } =
        new(PlaceText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), static row => new(row.Text(0), row.Integer(1)));

    /// <summary>The summaries of a project before a place in the order of creation, newest first.</summary>
    public static Query<(string ProjectId, long Before), (ConfigSummary Summary, long Place)> OfProject { get; } = new(
        OfProjectText,
        static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Before),
        static row => (new() { Id = row.Text(0), Name = row.TextOrNull(1), Group = row.TextOrNull(2), CreationTime = row.Time(3) }, row.Integer(4)));

    /// <summary>The declared inputs of a config.</summary>
    public static Query<(string ProjectId, string Id), JsonText> Inputs { get; } =
        new(InputsText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), static row => row.Json(0));

    /// <summary>What says whether agents run a config, the texts only where they are looked into.</summary>
    public static Query<(string ProjectId, string Id), RunnableConfig> Runnable { get; } = new(
        RunnableText,
        static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id),
        static row => new(row.TextOrNull(0), row.JsonOrNull(1), row.JsonOrNull(2)));

    /// <summary>The config of a row.</summary>
    public static SoftwareConfig Read(IRow row) => new()
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

/// <summary>Where a config is.</summary>
/// <param name="Id">The config.</param>
/// <param name="Place">Its <see cref="SoftwareConfig.Sequence"/>.</param>
public sealed record ConfigPlace(string Id, long Place);

/// <summary>What says whether agents run a config.</summary>
/// <param name="Group">The group; null for none.</param>
/// <param name="Config">The text of a component; null for any other group.</param>
/// <param name="Inputs">The declared inputs of a component; null for any other group.</param>
public sealed record RunnableConfig(string? Group, JsonText? Config, JsonText? Inputs);
