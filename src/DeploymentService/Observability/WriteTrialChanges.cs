using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Observability;

/// <summary>
/// Stores a row as large as the largest body, so that a disk with hardly any room is not taken for one that has some. It lies among the keys of
/// requests, where it is in nobody's way: a kill before <see cref="RemoveTrial"/> leaves it for the purge.
/// </summary>
internal sealed class PutTrial : Change<bool>
{
    private const string Put = """
        INSERT OR REPLACE INTO idempotency_keys (project_id, operation, key, body_hash, resource_id, creation_time)
        VALUES ('', 'health', 'trial', zeroblob(1048576), '', 0)
        """;

    /// <inheritdoc />
    protected override bool Execute(IWriteTransaction rows) => rows.Sqlite().Prepare(Put).Execute() > 0;
}

/// <summary>Removes the row again.</summary>
internal sealed class RemoveTrial : Change<bool>
{
    private const string Remove = "DELETE FROM idempotency_keys WHERE project_id = '' AND operation = 'health' AND key = 'trial'";

    /// <inheritdoc />
    protected override bool Execute(IWriteTransaction rows) => rows.Sqlite().Prepare(Remove).Execute() > 0;
}
