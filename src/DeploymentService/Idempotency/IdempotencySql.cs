using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Idempotency;

/// <summary>The statements of the keys, for changes that create something.</summary>
public static class IdempotencySql
{
    /// <summary>Project, operation, key.</summary>
    public const string Find =
        "SELECT body_hash, resource_id, creation_time FROM idempotency_keys WHERE project_id = ?1 AND operation = ?2 AND key = ?3";

    /// <summary>Project, operation, key, hash of the body, id of what was created, now.</summary>
    public const string Insert = """
        INSERT INTO idempotency_keys (project_id, operation, key, body_hash, resource_id, creation_time) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    /// <summary>The oldest keys, unless they are younger than a time: the time, how many at most.</summary>
    public const string Purge = """
        DELETE FROM idempotency_keys WHERE (project_id, operation, key) IN
        (SELECT project_id, operation, key FROM idempotency_keys WHERE creation_time < ?1 ORDER BY creation_time LIMIT ?2)
        """;

    /// <summary>What the first request with the key came to; null when this is the first.</summary>
    internal static StoredOutcome? First(SqliteSession session, string projectId, string operation, IdempotencyKey? request)
    {
        if (request is null)
        {
            return null;
        }

        var row = session.Prepare(Find).Bind(1, projectId).Bind(2, operation).Bind(3, request.Key);
        if (!row.Step())
        {
            return null;
        }

        var first = new StoredOutcome(row.Bytes(0).AsSpan().SequenceEqual(request.BodyHash), row.Text(1), row.Time(2));
        row.Reset();
        return first;
    }

    /// <summary>Remembers what a request came to, if it carries a key.</summary>
    internal static void Remember(SqliteSession session, string projectId, string operation, IdempotencyKey? request, string resourceId, DateTime now)
    {
        if (request is not null)
        {
            session.Prepare(Insert).Bind(1, projectId).Bind(2, operation).Bind(3, request.Key).Bind(4, request.BodyHash).Bind(5, resourceId).Bind(6, now).Execute();
        }
    }
}

/// <summary>What the first request with a key came to.</summary>
/// <param name="IsSame">True when its body was the same.</param>
/// <param name="ResourceId">The UUID of what it created.</param>
/// <param name="CreationTime">When, UTC.</param>
internal sealed record StoredOutcome(bool IsSame, string ResourceId, DateTime CreationTime);
