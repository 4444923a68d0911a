using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Agents;

/// <summary>Stores the first keys where there are none yet; answers the keys that are there then, the one that signs first.</summary>
internal sealed class PutFirstKeys(IReadOnlyList<SigningKey> first) : Change<IReadOnlyList<SigningKey>>
{
    protected override IReadOnlyList<SigningKey> Execute(SqliteSession session)
    {
        if (SigningKeySql.Read(session) is { Count: > 0 } keys)
        {
            return keys;
        }

        SigningKeySql.Add(session, first);
        return SigningKeySql.Read(session);
    }
}

/// <summary>Puts a new key in front of the others, which are accepted until a time.</summary>
/// <param name="first">What is stored before that where there are no keys yet.</param>
/// <param name="key">The new key.</param>
/// <param name="until">Until when the others are accepted that have no end yet, UTC.</param>
internal sealed class PutKey(IReadOnlyList<SigningKey> first, SigningKey key, DateTime until) : Change<bool>
{
    protected override bool Execute(SqliteSession session)
    {
        if (SigningKeySql.Read(session).Count == 0)
        {
            SigningKeySql.Add(session, first);
        }

        SigningKeySql.End(session, until, key.CreationTime);
        SigningKeySql.Add(session, [key]);
        return true;
    }
}
