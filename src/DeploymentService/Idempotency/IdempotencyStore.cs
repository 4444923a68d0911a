using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Idempotency;

/// <summary>Tells which keys were used. The first answer is given again whatever has become since of what the body speaks of.</summary>
public sealed class IdempotencyStore(SqliteReaders readers)
{
    /// <summary>True when an earlier request for the operation had the same key, whatever its body.</summary>
    public bool Contains(string projectId, string operation, IdempotencyKey? request) => request is not null && readers.Read(
        static (session, asked) => SqliteIdempotencyRows.Find(session, asked.projectId, asked.operation, asked.request.Key) is not null,
        (projectId, operation, request));
}
