using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>What belongs to an execution beside its deployment: its snapshot, and the generation of its server's URL.</summary>
internal static class SqliteExecutionRows
{
    private const string SnapshotSql = "SELECT config_id, action, input_values FROM execution_snapshots WHERE project_id = ?1 AND deployment_id = ?2";

    private const string InsertSql = """
        INSERT INTO execution_snapshots (project_id, deployment_id, config_id, action, input_values) VALUES (?1, ?2, ?3, ?4, ?5)
        """;

    private const string DeleteSql = "DELETE FROM execution_snapshots WHERE project_id = ?1 AND deployment_id = ?2";

    private const string GenerationSql = "SELECT generation FROM agent_urls WHERE project_id = ?1 AND server_id = ?2";

    /// <summary>The snapshot of a deployment's execution; null for none.</summary>
    public static ExecutionSnapshot? Snapshot(SqliteSession session, SoftwareDeployment deployment)
    {
        var row = session.Prepare(SnapshotSql).Bind(1, deployment.ProjectId).Bind(2, deployment.Id);
        var snapshot = !row.Step() ? null : new ExecutionSnapshot
        {
            ProjectId = deployment.ProjectId,
            DeploymentId = deployment.Id,
            ConfigId = row.Text(0),
            Action = row.TextOrNull(1),
            InputValues = row.JsonOrNull(2),
        };
        row.Reset();
        return snapshot;
    }

    /// <summary>Adds a snapshot.</summary>
    public static void Insert(SqliteSession session, ExecutionSnapshot row) => session.Prepare(InsertSql)
        .Bind(1, row.ProjectId).Bind(2, row.DeploymentId).Bind(3, row.ConfigId).Bind(4, row.Action).Bind(5, row.InputValues)
        .Execute();

    /// <summary>Deletes a snapshot.</summary>
    public static void Delete(SqliteSession session, ExecutionSnapshot row) =>
        session.Prepare(DeleteSql).Bind(1, row.ProjectId).Bind(2, row.DeploymentId).Execute();

    /// <summary>The generation of a server's agent URL.</summary>
    public static long Generation(SqliteSession session, string projectId, string serverId)
    {
        var row = session.Prepare(GenerationSql).Bind(1, projectId).Bind(2, serverId);
        var generation = row.Step() ? row.Integer(0) : AgentUrl.FirstGeneration;
        row.Reset();
        return generation;
    }
}
