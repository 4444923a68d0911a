using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>The runs of deployments that were followed by others.</summary>
internal static class SqliteRunRows
{
    private const string InsertSql =
        $"INSERT INTO deployment_runs ({RunColumns.All}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

    private const string DeleteSql = """
        DELETE FROM deployment_runs WHERE deployment_number = ?1
        AND number <= (SELECT number FROM deployment_runs WHERE deployment_number = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)
        """;

    /// <summary>Adds a run.</summary>
    public static void Insert(SqliteSession session, DeploymentRun row) => session.Prepare(InsertSql)
        .Bind(1, row.DeploymentNumber).Bind(2, row.Number).Bind(3, row.ProjectId).Bind(4, row.ConfigId).Bind(5, row.Action).Bind(6, row.InputValues)
        .Bind(7, row.StartedTime).Bind(8, row.StartedBy).Bind(9, row.FetchedTime).Bind(10, row.EndedTime).Bind(11, row.Status).Bind(12, row.StatusReason)
        .Bind(13, row.OutputValues).Bind(14, row.RolloutId)
        .Execute();

    /// <summary>Deletes the runs of a deployment but the latest.</summary>
    public static void Delete(SqliteSession session, long deploymentNumber, int most) =>
        session.Prepare(DeleteSql).Bind(1, deploymentNumber).Bind(2, most).Execute();
}
