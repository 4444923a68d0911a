using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Quotas;

/// <summary>What the quotas ask of the database.</summary>
public static class QuotaQueries
{
    internal const string ConfigsText = "SELECT count(*) FROM software_configs WHERE project_id = $1";

    internal const string RolloutsText = $"SELECT count(*) FROM rollouts WHERE project_id = $1 AND status {RolloutStatus.AreOpen}";

    // Who asks waits as long, or has what was counted last.
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private const string OverridesText = "SELECT name, most FROM project_quotas WHERE project_id = $1";

    private const string InputBytes = "CAST(coalesce(sum(octet_length(input_values)), 0) AS bigint)";

    private const string OutputBytes = "CAST(coalesce(sum(octet_length(output_values)), 0) AS bigint)";

    // A run has the number of its deployment, by which those of a project are found.
    private static readonly string OfProjectText = RowsText(
        " WHERE project_id = $1",
        """
        SELECT d.project_id, 0, 0, 0, 0, CAST(coalesce(sum(octet_length(r.input_values)), 0) AS bigint), CAST(coalesce(sum(octet_length(r.output_values)), 0) AS bigint)
        FROM software_deployments AS d JOIN deployment_runs AS r ON r.deployment_number = d.sequence WHERE d.project_id = $1 GROUP BY d.project_id
        """);

    private static readonly string OfAllText =
        RowsText("", $"SELECT project_id, 0, 0, 0, 0, {InputBytes}, {OutputBytes} FROM deployment_runs GROUP BY project_id");

    /// <summary>The quotas that a project has for itself.</summary>
    public static Query<string, (string Name, long Most)> Overrides { get; } =
        new(OverridesText, static (parameters, projectId) => parameters.Add(projectId), static row => (row.Text(0), row.Integer(1)));

    /// <summary>What a project has in its tables: parts that are to be added.</summary>
    public static Query<string, ProjectRows> OfProject { get; } = new(OfProjectText, static (parameters, projectId) => parameters.Add(projectId), Read) { Limit = Limit };

    /// <summary>The same of all projects.</summary>
    public static Query<int, ProjectRows> OfAll { get; } = new(OfAllText, static (_, _) => { }, Read) { Limit = Limit };

    // The engines know how many bytes a value has without reading it.
    private static string RowsText(string those, string runs) => $"""
        SELECT project_id, count(*), 0, 0,
        CAST(coalesce(sum(octet_length(config) + octet_length(inputs) + octet_length(outputs) + octet_length(options)), 0) AS bigint), 0, 0
        FROM software_configs{those} GROUP BY project_id
        UNION ALL
        SELECT project_id, 0, count(*), 0, 0, 0, 0 FROM rollouts{those}{(those.Length == 0 ? " WHERE" : " AND")} status {RolloutStatus.AreOpen}
        GROUP BY project_id
        UNION ALL
        SELECT project_id, 0, 0, count(*), 0, 0, 0 FROM access_tokens{those}{(those.Length == 0 ? " WHERE" : " AND")} parent_id IS NULL GROUP BY project_id
        UNION ALL
        SELECT project_id, 0, 0, 0, 0, {InputBytes}, {OutputBytes} FROM software_deployments{those} GROUP BY project_id
        UNION ALL
        {runs}
        """;

    private static ProjectRows Read(IRow row) => new(row.Text(0))
    {
        Configs = row.Integer(1),
        Rollouts = row.Integer(2),
        Tokens = row.Integer(3),
        ConfigBytes = row.Integer(4),
        InputBytes = row.Integer(5),
        OutputBytes = row.Integer(6),
    };
}

/// <summary>What a project has in its tables.</summary>
/// <param name="ProjectId">The project.</param>
public sealed record ProjectRows(string ProjectId)
{
    /// <summary>How many configs.</summary>
    public long Configs { get; init; }

    /// <summary>How many rollouts that have not ended.</summary>
    public long Rollouts { get; init; }

    /// <summary>How many tokens, without their sessions.</summary>
    public long Tokens { get; init; }

    /// <summary>How many bytes the configs have: what they run, their declarations and options.</summary>
    public long ConfigBytes { get; init; }

    /// <summary>How many bytes the inputs of deployments and of their kept runs have.</summary>
    public long InputBytes { get; init; }

    /// <summary>How many bytes their outputs have.</summary>
    public long OutputBytes { get; init; }

    /// <summary>All bytes.</summary>
    public long Bytes => ConfigBytes + InputBytes + OutputBytes;

    /// <summary>Adds another part of the same project.</summary>
    public ProjectRows Plus(ProjectRows part) => new(ProjectId)
    {
        Configs = Configs + part.Configs,
        Rollouts = Rollouts + part.Rollouts,
        Tokens = Tokens + part.Tokens,
        ConfigBytes = ConfigBytes + part.ConfigBytes,
        InputBytes = InputBytes + part.InputBytes,
        OutputBytes = OutputBytes + part.OutputBytes,
    };
}
