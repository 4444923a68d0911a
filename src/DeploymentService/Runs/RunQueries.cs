using DeploymentService.Deployments;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Runs;

/// <summary>The queries of the runs.</summary>
public static class RunQueries
{
    // In the order of RunColumns, and the server behind them.
    private const string PresentText = """
        SELECT d.sequence, d.execution, d.project_id, coalesce(s.config_id, d.config_id), CASE WHEN s.config_id IS NULL THEN d.action ELSE s.action END,
        CASE WHEN s.config_id IS NULL THEN d.input_values ELSE s.input_values END, d.started_time, d.started_by, d.fetched_time, d.ended_time, d.status, d.status_reason,
        CASE WHEN d.outputs_are_stale THEN NULL ELSE d.output_values END, d.rollout_id, d.server_id
        FROM software_deployments AS d LEFT JOIN execution_snapshots AS s ON s.project_id = d.project_id AND s.deployment_id = d.id
        WHERE d.project_id = $1 AND d.id = $2
        """;

    private const string FindText = $"SELECT {RunColumns.All} FROM deployment_runs WHERE deployment_number = $1 AND number = $2";

    private const string OfDeploymentText = $"SELECT {RunColumns.All} {Before}";

    private const string NumbersText = $"SELECT number {Before}";

    private const string Before = "FROM deployment_runs WHERE deployment_number = $1 AND number < $2 ORDER BY number DESC";

    /// <summary>The present run of a deployment.</summary>
    public static Query<DeploymentKey, PresentRun> Present { get; } = new(
        PresentText,
        static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id),
        static row => new(RunColumns.Read(row), row.Text(RunColumns.Count)));

    /// <summary>An earlier run.</summary>
    public static Query<(long DeploymentNumber, long Number), DeploymentRun> Find { get; } = new(FindText, Bind, RunColumns.Read);

    /// <summary>The earlier runs of a deployment in front of one, newest first.</summary>
    public static Query<(long DeploymentNumber, long Before), DeploymentRun> OfDeployment { get; } = new(OfDeploymentText, Bind, RunColumns.Read);

    /// <summary>The numbers of <see cref="OfDeployment"/>.</summary>
    public static Query<(long DeploymentNumber, long Before), long> Numbers { get; } = new(NumbersText, Bind, static row => row.Integer(0));

    private static void Bind(IParameters parameters, (long DeploymentNumber, long Number) key) => parameters.Add(key.DeploymentNumber).Add(key.Number);
}

/// <summary>The run that a deployment is at.</summary>
/// <param name="Run">The run.</param>
/// <param name="ServerId">The deployment's server.</param>
public sealed record PresentRun(DeploymentRun Run, string ServerId);
