using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Auth;

/// <summary>
/// Makes, lists and revokes tokens. The registry learns of a change on the writer's thread, right behind its COMMIT: so it hears of all in the order in which
/// they were made, and one that is revoked as soon as it is there does not come back.
/// </summary>
public sealed class TokenStore(GroupCommitWriter writer, TokenRegistry registry, IDbContextFactory<SqliteDeploymentDbContext> contexts, TimeProvider time)
{
    /// <summary>Makes a token whose secret is known.</summary>
    public async Task<AccessToken> CreateAsync(string projectId, string name, Role role, string? serverId, TimeSpan? life, string secret)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var token = new AccessToken
        {
            ProjectId = projectId,
            Id = Guid.NewGuid().ToString(),
            Name = name,
            Role = role,
            ServerId = serverId,
            SecretHash = TokenSecret.Hash(secret),
            CreationTime = now,
            ExpiryTime = now + life,
        };
        await writer.WriteAsync(new PutToken(registry, token));
        return token;
    }

    /// <summary>Puts a token into the place of the one that has its project and id, whose sessions end; or adds it.</summary>
    public Task PutAsync(AccessToken token) => writer.WriteAsync(new PutToken(registry, token));

    /// <summary>The tokens of a project without their sessions, oldest first.</summary>
    public async Task<IReadOnlyList<TokenView>> ListAsync(string projectId, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var tokens = await context.Tokens.AsNoTracking()
            .Where(token => token.ProjectId == projectId && token.ParentId == null)
            .OrderBy(token => token.CreationTime).ThenBy(token => token.Id)
            .ToListAsync(cancellation);
        return [.. tokens.Select(token => TokenView.Of(token, registry.LastUsed(token)))];
    }

    /// <summary>Revokes a token and its sessions, whatever project they are for. False when the project has none with that id.</summary>
    public Task<bool> RevokeAsync(string projectId, string id) => writer.WriteAsync(new DeleteToken(registry, projectId, id));

    /// <summary>Revokes in a transaction the tokens of a server's agents with their sessions; their ids, which the registry is to be told after COMMIT.</summary>
    internal static IReadOnlyList<string> RevokeOfServer(SqliteSession session, string projectId, string serverId)
    {
        var ids = new List<string>();
        var row = session.Prepare("SELECT id FROM access_tokens WHERE project_id = ?1 AND server_id = ?2 AND parent_id IS NULL")
            .Bind(1, projectId).Bind(2, serverId);
        while (row.Step())
        {
            ids.Add(row.Text(0));
        }

        ids.ForEach(id => DeleteToken.Execute(session, projectId, id));
        return ids;
    }

    /// <summary>Puts down when tokens were used.</summary>
    public Task<int> RecordUseAsync(IReadOnlyList<(AccessToken Token, DateTime LastUsed)> used) => writer.WriteAsync(new RecordUse(used));

    private sealed class PutToken(TokenRegistry registry, AccessToken token) : Change<bool>
    {
        private const string Sql = """
            INSERT INTO access_tokens (project_id, id, name, role, server_id, secret_hash, creation_time, expiry_time)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """;

        internal override void AfterCommit()
        {
            registry.Remove(token.ProjectId, token.Id);
            registry.Add(token);
        }

        protected override bool Execute(IWriteTransaction rows)
        {
            var session = rows.Sqlite();
            DeleteToken.Execute(session, token.ProjectId, token.Id);
            session.Prepare(Sql)
                .Bind(1, token.ProjectId).Bind(2, token.Id).Bind(3, token.Name).Bind(4, (long)token.Role).Bind(5, token.ServerId)
                .Bind(6, token.SecretHash).Bind(7, token.CreationTime).Bind(8, token.ExpiryTime)
                .Execute();
            return true;
        }
    }

    private sealed class DeleteToken(TokenRegistry registry, string projectId, string id) : Change<bool>
    {
        private const string Token = "DELETE FROM access_tokens WHERE project_id = ?1 AND id = ?2 AND parent_id IS NULL";
        private const string Sessions = "DELETE FROM access_tokens WHERE parent_id = ?1";

        internal static bool Execute(SqliteSession session, string projectId, string id)
        {
            if (session.Prepare(Token).Bind(1, projectId).Bind(2, id).Execute() == 0)
            {
                return false;
            }

            session.Prepare(Sessions).Bind(1, id).Execute();
            return true;
        }

        internal override void AfterCommit() => registry.Remove(projectId, id);

        protected override bool Execute(IWriteTransaction rows) => Execute(rows.Sqlite(), projectId, id);
    }

    private sealed class RecordUse(IReadOnlyList<(AccessToken Token, DateTime LastUsed)> used) : Change<int>
    {
        private const string Sql = "UPDATE access_tokens SET last_used_time = ?3 WHERE project_id = ?1 AND id = ?2";

        protected override int Execute(IWriteTransaction rows) =>
            used.Sum(use => rows.Sqlite().Prepare(Sql).Bind(1, use.Token.ProjectId).Bind(2, use.Token.Id).Bind(3, use.LastUsed).Execute());
    }
}
