using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>The query of the signing keys, and the statement that a first start needs.</summary>
internal static class SigningKeyQueries
{
    private const string AllText = "SELECT number, secret, creation_time, until_time FROM signing_keys ORDER BY number DESC";

    /// <summary>The keys, the one that signs first.</summary>
    public static Query<int, SigningKey> All { get; } = new(
        AllText,
        static (_, _) => { },
        static row => new() { Number = row.Integer(0), Secret = row.Bytes(1), CreationTime = row.Time(2), Until = row.TimeOrNull(3) });

    // Where others made keys meanwhile, theirs stay.
    private const string AddFirstText = """
        INSERT INTO signing_keys (number, secret, creation_time, until_time)
        SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE number >= $1)
        """;

    /// <summary>Adds a key, in the order of their numbers, where there is none with its number or a higher one.</summary>
    public static Statement<SigningKey> AddFirst { get; } =
        new(AddFirstText, static (parameters, key) => parameters.Add(key.Number).Add(key.Secret).Add(key.CreationTime).Add(key.Until));
}
