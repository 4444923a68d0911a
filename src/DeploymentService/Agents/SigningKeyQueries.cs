using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>The query of the signing keys.</summary>
internal static class SigningKeyQueries
{
    private const string AllText = "SELECT number, secret, creation_time, until_time FROM signing_keys ORDER BY number DESC";

    /// <summary>The keys, the one that signs first.</summary>
    public static Query<int, SigningKey> All { get; } = new(
        AllText,
        static (_, _) => { },
        static row => new() { Number = row.Integer(0), Secret = row.Bytes(1), CreationTime = row.Time(2), Until = row.TimeOrNull(3) });
}
