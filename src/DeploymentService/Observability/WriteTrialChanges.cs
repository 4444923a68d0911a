using DeploymentService.Storage;

namespace DeploymentService.Observability;

/// <summary>
/// Stores a row as large as the largest body, so that a disk with hardly any room is not taken for one that has some. It lies among the keys of
/// requests, where it is in nobody's way: a kill before <see cref="RemoveTrial"/> leaves it for the purge.
/// </summary>
internal sealed class PutTrial : Change<bool>
{
    public override SpaceNeed Need => SpaceNeed.None;

    private const int LargestBody = 1024 * 1024;

    private const string PutText = """
        INSERT INTO idempotency_keys (project_id, operation, key, body_hash, resource_id, creation_time) VALUES ('', 'health', 'trial', $1, '', 0)
        ON CONFLICT (project_id, operation, key) DO UPDATE SET body_hash = excluded.body_hash
        """;

    private static readonly Statement<byte[]> Put = new(PutText, static (parameters, bytes) => parameters.Add(bytes));

    /// <inheritdoc />
    protected override bool Execute(IWriteTransaction rows) => rows.Execute(Put, [new byte[LargestBody]]) > 0;
}

/// <summary>Removes the row again.</summary>
internal sealed class RemoveTrial : Change<bool>
{
    public override SpaceNeed Need => SpaceNeed.None;

    private const string RemoveText = "DELETE FROM idempotency_keys WHERE project_id = $1 AND operation = 'health' AND key = 'trial'";

    private static readonly Statement<string> Remove = new(RemoveText, static (parameters, project) => parameters.Add(project));

    /// <inheritdoc />
    protected override bool Execute(IWriteTransaction rows) => rows.Execute(Remove, [""]) > 0;
}
