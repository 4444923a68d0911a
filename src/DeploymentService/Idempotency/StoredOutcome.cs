using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Idempotency;

/// <summary>What the first request with a key came to.</summary>
/// <param name="IsSame">True when its body was the same.</param>
/// <param name="ResourceId">The UUID of what it created, or ran.</param>
/// <param name="CreationTime">When, UTC.</param>
internal sealed record StoredOutcome(bool IsSame, string ResourceId, DateTime CreationTime)
{
    /// <summary>The row of a key will be asked for, if the request carries one.</summary>
    public static void Require(RowKeys keys, string projectId, string operation, IdempotencyKey? key)
    {
        if (key is not null)
        {
            keys.Outcome(projectId, operation, key.Key);
        }
    }

    /// <summary>What the first request with the key came to; null when this is the first, or carries none.</summary>
    public static StoredOutcome? Of(IWriteTransaction rows, string projectId, string operation, IdempotencyKey? key) =>
        key is not null && rows.Outcome(projectId, operation, key.Key) is { } first
            ? new(first.BodyHash.AsSpan().SequenceEqual(key.BodyHash), first.ResourceId, first.CreationTime)
            : null;

    /// <summary>Remembers what a request came to, if it carries a key.</summary>
    public static void Remember(IWriteTransaction rows, string projectId, string operation, IdempotencyKey? key, string resourceId)
    {
        if (key is not null)
        {
            rows.Add(new IdempotencyRecord
            {
                ProjectId = projectId,
                Operation = operation,
                Key = key.Key,
                BodyHash = key.BodyHash,
                ResourceId = resourceId,
                CreationTime = rows.Now,
            });
        }
    }
}
