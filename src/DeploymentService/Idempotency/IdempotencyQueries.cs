using DeploymentService.Storage;

namespace DeploymentService.Idempotency;

/// <summary>The query of the keys.</summary>
public static class IdempotencyQueries
{
    private const string FindText = "SELECT resource_id FROM idempotency_keys WHERE project_id = $1 AND operation = $2 AND key = $3";

    /// <summary>What the first request with a key created, or ran.</summary>
    public static Query<(string ProjectId, string Operation, string Key), string> Find { get; } = new(
        FindText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Operation).Add(key.Key), static row => row.Text(0));
}
