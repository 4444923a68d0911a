using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>The query of the signing keys.</summary>
internal static class SigningKeyQueries
{
    private const string AllText = "SELECT number, secret, creation_time, until_time FROM signing_keys ORDER BY number DESC";

    private const string AnyServerText = "SELECT project_id FROM software_deployments UNION ALL SELECT project_id FROM servers";

    /// <summary>The project of something that agents may have URLs for; nothing in a new database.</summary>
    public static Query<int, string> AnyServer { get; } = new(AnyServerText, static (_, _) => { }, static row => row.Text(0));

    /// <summary>The keys, the one that signs first.</summary>
    public static Query<int, SigningKey> All { get; } = new(
        AllText,
        static (_, _) => { },
        static row => new() { Number = row.Integer(0), Secret = row.Bytes(1), CreationTime = row.Time(2), Until = row.TimeOrNull(3) });
}
