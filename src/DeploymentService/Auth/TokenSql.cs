using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>The statements of a first start and of each minute; what people do with tokens goes by EF Core.</summary>
public static class TokenSql
{
    private const string InsertText = """
        INSERT INTO access_tokens (project_id, id, name, role, server_id, secret_hash, creation_time, expiry_time)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM access_tokens WHERE project_id = $1 AND id = $2)
        """;

    // Several processes may put it down, each for itself.
    private const string RecordUseText =
        "UPDATE access_tokens SET last_used_time = $1 WHERE project_id = $2 AND id = $3 AND (last_used_time IS NULL OR last_used_time < $1)";

    /// <summary>Adds a token, unless there is one with its project and id.</summary>
    public static Statement<AccessToken> Insert { get; } = new(InsertText, static (parameters, token) => parameters
        .Add(token.ProjectId).Add(token.Id).Add(token.Name).Add((long)token.Role).Add(token.ServerId).Add(token.SecretHash).Add(token.CreationTime).Add(token.ExpiryTime));

    /// <summary>Puts down when a token was last used, unless it is known to have been used later.</summary>
    public static Statement<(AccessToken Token, DateTime LastUsed)> RecordUse { get; } = new(RecordUseText, static (parameters, use) => parameters
        .Add(use.LastUsed).Add(use.Token.ProjectId).Add(use.Token.Id));
}
