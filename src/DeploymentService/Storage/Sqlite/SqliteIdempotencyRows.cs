using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Loads and adds the keys of requests that are done once.</summary>
internal static class SqliteIdempotencyRows
{
    private const string FindSql =
        "SELECT body_hash, resource_id, creation_time FROM idempotency_keys WHERE project_id = ?1 AND operation = ?2 AND key = ?3";

    private const string InsertSql = """
        INSERT INTO idempotency_keys (project_id, operation, key, body_hash, resource_id, creation_time) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    /// <summary>The row of a key; null for none.</summary>
    public static IdempotencyRecord? Find(SqliteSession session, string projectId, string operation, string key)
    {
        var row = session.Prepare(FindSql).Bind(1, projectId).Bind(2, operation).Bind(3, key);
        var found = !row.Step() ? null : new IdempotencyRecord
        {
            ProjectId = projectId,
            Operation = operation,
            Key = key,
            BodyHash = row.Bytes(0),
            ResourceId = row.Text(1),
            CreationTime = row.Time(2),
        };
        row.Reset();
        return found;
    }

    /// <summary>Adds a row.</summary>
    public static void Insert(SqliteSession session, IdempotencyRecord row) => session.Prepare(InsertSql)
        .Bind(1, row.ProjectId).Bind(2, row.Operation).Bind(3, row.Key).Bind(4, row.BodyHash).Bind(5, row.ResourceId).Bind(6, row.CreationTime)
        .Execute();
}
