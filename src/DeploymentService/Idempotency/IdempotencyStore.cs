using DeploymentService.Storage;

namespace DeploymentService.Idempotency;

/// <summary>Tells which keys were used. The first answer is given again whatever has become since of what the body speaks of.</summary>
public sealed class IdempotencyStore(IDatabaseReader reader)
{
    /// <summary>True when an earlier request for the operation had the same key, whatever its body.</summary>
    public async ValueTask<bool> ContainsAsync(string projectId, string operation, IdempotencyKey? request) =>
        request is not null && await reader.FirstAsync(IdempotencyQueries.Find, (projectId, operation, request.Key)) is not null;
}
