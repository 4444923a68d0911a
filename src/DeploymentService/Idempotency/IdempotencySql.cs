namespace DeploymentService.Idempotency;

/// <summary>The statements of the keys.</summary>
public static class IdempotencySql
{
    /// <summary>The oldest keys, unless they are younger than a time: the time, how many at most.</summary>
    public const string Purge = """
        DELETE FROM idempotency_keys WHERE (project_id, operation, key) IN
        (SELECT project_id, operation, key FROM idempotency_keys WHERE creation_time < ?1 ORDER BY creation_time LIMIT ?2)
        """;
}
