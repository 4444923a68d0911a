using DeploymentService.Configs;
using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>The queries of the agents' loop.</summary>
public static class AgentQueries
{
    private const string UrlText = "SELECT project_id, server_id, generation FROM agent_urls WHERE project_id = $1 AND server_id = $2";

    private const string UrlOfDeploymentText = """
        SELECT d.project_id, d.server_id, u.generation FROM software_deployments AS d
        LEFT JOIN agent_urls AS u ON u.project_id = d.project_id AND u.server_id = d.server_id
        WHERE d.project_id = $1 AND d.id = $2
        """;

    // Engines do not agree where a missing name stands.
    private const string InOrder = "ORDER BY c.name IS NOT NULL, c.name, d.sequence";

    private const string IsNew = "CASE WHEN d.status = 'IN_PROGRESS' AND d.fetched_time IS NULL THEN 1 ELSE 0 END";

    // Each with what was to be run when its execution began.
    private const string FromExecutions = """
        FROM software_deployments AS d
        LEFT JOIN execution_snapshots AS s ON s.project_id = d.project_id AND s.deployment_id = d.id
        JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = coalesce(s.config_id, d.config_id)
        """;

    private const string DocumentText =
        $"SELECT d.id {FromExecutions} WHERE d.project_id = $1 AND d.server_id = $2 AND {ConfigQueries.IsGrouped} {InOrder}";

    private const string EntryText = $"""
        SELECT {ConfigQueries.Columns}, d.id, d.server_id, d.execution, CASE WHEN s.config_id IS NULL THEN d.action ELSE s.action END,
        CASE WHEN s.config_id IS NULL THEN d.input_values ELSE s.input_values END, {IsNew},
        CASE WHEN d.status = 'IN_PROGRESS' OR d.execution_is_on_server THEN 1 ELSE 0 END,
        CASE WHEN d.status = 'IN_PROGRESS' THEN 1 ELSE 0 END
        {FromExecutions} WHERE d.project_id = $1 AND d.id = $2 AND {ConfigQueries.IsGrouped}
        """;

    private const string FromDeployments = "FROM software_deployments AS d JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id";

    private const string MetadataText = $"SELECT d.id {FromDeployments} WHERE d.project_id = $1 AND d.server_id = $2 {InOrder}";

    private const string MetadataEntryText =
        $"SELECT {ConfigQueries.Columns}, d.id, d.execution, {IsNew} {FromDeployments} WHERE d.project_id = $1 AND d.id = $2";

    private const string OutputsText = """
        SELECT outputs FROM software_configs WHERE project_id = $1
        AND id = coalesce((SELECT config_id FROM execution_snapshots WHERE project_id = $1 AND deployment_id = $2), $3)
        """;

    private const string OutputsOfRunText = """
        SELECT coalesce(c.outputs, '[]') FROM deployment_runs AS r LEFT JOIN software_configs AS c ON c.project_id = r.project_id AND c.id = r.config_id
        WHERE r.deployment_number = $1 AND r.number = $2 AND r.ended_time IS NULL
        """;

    /// <summary>The agent URL of a server, if it was ever rotated.</summary>
    public static Query<(string ProjectId, string ServerId), AgentUrl> Url { get; } =
        new(UrlText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.ServerId), ReadUrl);

    /// <summary>The agent URL of the server of a deployment.</summary>
    public static Query<(string ProjectId, string DeploymentId), AgentUrl> UrlOfDeployment { get; } =
        new(UrlOfDeploymentText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.DeploymentId), ReadUrl);

    /// <summary>The ids of a server's deployments that agents run, in the order of the document. Agents never run a config without a group.</summary>
    public static Query<(string ProjectId, string ServerId), string> Document { get; } =
        new(DocumentText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.ServerId), static row => row.Text(0));

    /// <summary>The execution of one of them, with what was to be run when it began.</summary>
    public static Query<(string ProjectId, string DeploymentId), AgentEntry> Entry { get; } = new(
        EntryText,
        static (parameters, key) => parameters.Add(key.ProjectId).Add(key.DeploymentId),
        static row => new()
        {
            Config = ConfigQueries.Read(row),
            DeploymentId = row.Text(ConfigQueries.ColumnCount),
            ServerId = row.Text(ConfigQueries.ColumnCount + 1),
            Execution = row.Integer(ConfigQueries.ColumnCount + 2),
            Action = row.TextOrNull(ConfigQueries.ColumnCount + 3),
            InputValues = row.JsonOrNull(ConfigQueries.ColumnCount + 4),
            IsNew = row.Integer(ConfigQueries.ColumnCount + 5) != 0,
            IsHandedOut = row.Integer(ConfigQueries.ColumnCount + 6) != 0,
            IsInProgress = row.Integer(ConfigQueries.ColumnCount + 7) != 0,
        });

    /// <summary>The ids of a server's deployments, in the order of Heat's metadata.</summary>
    public static Query<(string ProjectId, string ServerId), string> Metadata { get; } =
        new(MetadataText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.ServerId), static row => row.Text(0));

    /// <summary>One of them, with its config.</summary>
    public static Query<(string ProjectId, string DeploymentId), MetadataEntry> MetadataEntry { get; } = new(
        MetadataEntryText,
        static (parameters, key) => parameters.Add(key.ProjectId).Add(key.DeploymentId),
        static row => new(
            ConfigQueries.Read(row),
            row.Text(ConfigQueries.ColumnCount),
            row.Integer(ConfigQueries.ColumnCount + 1),
            IsNew: row.Integer(ConfigQueries.ColumnCount + 2) != 0));

    /// <summary>The declared outputs of the config that a deployment's execution runs.</summary>
    public static Query<SoftwareDeployment, JsonText> Outputs { get; } = new(
        OutputsText,
        static (parameters, deployment) => parameters.Add(deployment.ProjectId).Add(deployment.Id).Add(deployment.ConfigId),
        static row => row.Json(0));

    /// <summary>The declared outputs of the config of an earlier run that has no end yet; none of a config that is deleted.</summary>
    public static Query<(long DeploymentNumber, long Number), JsonText> OutputsOfRun { get; } = new(
        OutputsOfRunText, static (parameters, run) => parameters.Add(run.DeploymentNumber).Add(run.Number), static row => row.Json(0));

    private static AgentUrl ReadUrl(IRow row) => new()
    {
        ProjectId = row.Text(0),
        ServerId = row.Text(1),
        Generation = row.IntegerOrNull(2) ?? AgentUrl.FirstGeneration,
    };
}
