using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Agents;

/// <summary>The statements of the signing keys.</summary>
internal static class SigningKeySql
{
    private const string All = "SELECT number, secret, creation_time, until_time FROM signing_keys ORDER BY number DESC";

    // The newest is never removed, so that no number is given twice.
    private const string Insert = "INSERT INTO signing_keys (secret, creation_time, until_time) VALUES (?1, ?2, ?3)";

    private const string EndAll = "UPDATE signing_keys SET until_time = ?1 WHERE until_time IS NULL";

    private const string RemoveEnded = "DELETE FROM signing_keys WHERE until_time <= ?1";

    /// <summary>The keys, the one that signs first.</summary>
    public static List<SigningKey> Read(SqliteSession session)
    {
        var keys = new List<SigningKey>();
        var row = session.Prepare(All);
        while (row.Step())
        {
            keys.Add(new() { Number = row.Integer(0), Secret = row.Bytes(1), CreationTime = row.Time(2), Until = row.TimeOrNull(3) });
        }

        return keys;
    }

    /// <summary>Puts keys in front of those that are there.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="keys">The keys, the one that is to sign first.</param>
    public static void Add(SqliteSession session, IEnumerable<SigningKey> keys)
    {
        foreach (var key in keys.Reverse())
        {
            session.Prepare(Insert).Bind(1, key.Secret).Bind(2, key.CreationTime).Bind(3, key.Until).Execute();
        }
    }

    /// <summary>Gives an end to the keys that have none, and removes those that have ended.</summary>
    public static void End(SqliteSession session, DateTime until, DateTime now)
    {
        session.Prepare(EndAll).Bind(1, until).Execute();
        session.Prepare(RemoveEnded).Bind(1, now).Execute();
    }
}
