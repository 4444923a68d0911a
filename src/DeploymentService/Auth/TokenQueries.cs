using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>The queries of a start, and what a request asks where memory does not count. They go past EF Core, which a start does not load.</summary>
public static class TokenQueries
{
    private const string Columns = "project_id, id, name, role, server_id, secret_hash, creation_time, expiry_time, last_used_time, parent_id";

    private const string OneText = $"SELECT {Columns} FROM access_tokens WHERE project_id = $1 AND id = $2 AND parent_id IS NULL";

    private const string OfAnyProjectText = $"SELECT {Columns} FROM access_tokens WHERE id = $1 AND parent_id IS NULL";

    // IS NOT NULL would not be led by the index of sessions.
    private const string EndedSessionsText = $"SELECT {Columns} FROM access_tokens WHERE parent_id > '' AND expiry_time <= $1";

    private const string OfSecretText = $"SELECT {Columns} FROM access_tokens WHERE secret_hash = $1 AND id <> $2";

    private const string AdminsText =
        $"SELECT {Columns} FROM access_tokens WHERE role = $1 AND parent_id IS NULL AND id <> $2 AND (expiry_time IS NULL OR expiry_time > $3)";

    /// <summary>All tokens, and then their sessions.</summary>
    public static Query<bool, AccessToken> All { get; } = new($"SELECT {Columns} FROM access_tokens ORDER BY parent_id IS NOT NULL", static (_, _) => { }, Read);

    /// <summary>A token: its project and its id.</summary>
    public static Query<(string ProjectId, string Id), AccessToken> One { get; } =
        new(OneText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), Read);

    /// <summary>A token by its id alone: dear where there are many.</summary>
    public static Query<string, AccessToken> OfAnyProject { get; } = new(OfAnyProjectText, static (parameters, id) => parameters.Add(id), Read);

    /// <summary>The sessions that nobody can use any more: now.</summary>
    public static Query<DateTime, AccessToken> EndedSessions { get; } = new(EndedSessionsText, static (parameters, now) => parameters.Add(now), Read);

    /// <summary>The token or session that has a secret: the hash, and an id that does not count.</summary>
    public static Query<(byte[] SecretHash, string ExceptId), AccessToken> OfSecret { get; } =
        new(OfSecretText, static (parameters, key) => parameters.Add(key.SecretHash).Add(key.ExceptId), Read);

    /// <summary>The tokens of admins that have not expired: an id that does not count, and now.</summary>
    public static Query<(string ExceptId, DateTime Now), AccessToken> Admins { get; } =
        new(AdminsText, static (parameters, key) => parameters.Add((long)Role.Admin).Add(key.ExceptId).Add(key.Now), Read);

    private static AccessToken Read(IRow row) => new()
    {
        ProjectId = row.Text(0),
        Id = row.Text(1),
        Name = row.Text(2),
        Role = (Role)row.Integer(3),
        ServerId = row.TextOrNull(4),
        SecretHash = row.Bytes(5),
        CreationTime = row.Time(6),
        ExpiryTime = row.TimeOrNull(7),
        LastUsedTime = row.TimeOrNull(8),
        ParentId = row.TextOrNull(9),
    };
}
