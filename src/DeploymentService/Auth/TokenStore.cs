using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Auth;

/// <summary>
/// Makes, lists and revokes tokens. The registry learns of a change on the writer's thread, right behind its COMMIT: so it hears of all in the order in which
/// they were made, and one that is revoked as soon as it is there does not come back.
/// </summary>
public sealed class TokenStore(GroupCommitWriter writer, TokenRegistry registry, IDbContextFactory<DeploymentDbContext> contexts, TimeProvider time)
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
        await AddAsync(token);
        return token;
    }

    /// <summary>Adds a token whose id is new.</summary>
    public Task AddAsync(AccessToken token) => writer.WriteAsync(new PutToken(registry, token, replaces: false));

    /// <summary>Puts a token into the place of the one that has its project and id, whose sessions end; or adds it.</summary>
    public Task PutAsync(AccessToken token) => writer.WriteAsync(new PutToken(registry, token, replaces: true));

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
    internal static IReadOnlyList<string> RevokeOfServer(DeploymentDbContext model, string projectId, string serverId)
    {
        var ids = model.Tokens
            .Where(token => token.ProjectId == projectId && token.ServerId == serverId && token.ParentId == null)
            .Select(token => token.Id)
            .ToList();
        ids.ForEach(id => Delete(model, projectId, id));
        return ids;
    }

    /// <summary>Puts down when tokens were used.</summary>
    public Task<int> RecordUseAsync(IReadOnlyList<(AccessToken Token, DateTime LastUsed)> used) => writer.WriteAsync(new RecordUse(used));

    private static bool Delete(DeploymentDbContext model, string projectId, string id)
    {
        if (model.Tokens.Where(token => token.ProjectId == projectId && token.Id == id && token.ParentId == null).ExecuteDelete() == 0)
        {
            return false;
        }

        model.Tokens.Where(session => session.ParentId == id).ExecuteDelete();
        return true;
    }

    private sealed class PutToken(TokenRegistry registry, AccessToken token, bool replaces) : Change<bool>
    {
        // A first start adds a token.
        internal override bool UsesModel => replaces;

        internal override void AfterCommit()
        {
            registry.Remove(token.ProjectId, token.Id);
            registry.Add(token);
        }

        protected override bool Execute(IWriteTransaction rows)
        {
            if (replaces)
            {
                Delete(rows.Model, token.ProjectId, token.Id);
            }

            return rows.Execute(TokenSql.Insert, [token]) > 0;
        }
    }

    private sealed class DeleteToken(TokenRegistry registry, string projectId, string id) : Change<bool>
    {
        internal override bool UsesModel => true;

        internal override void AfterCommit() => registry.Remove(projectId, id);

        protected override bool Execute(IWriteTransaction rows) => Delete(rows.Model, projectId, id);
    }

    private sealed class RecordUse(IReadOnlyList<(AccessToken Token, DateTime LastUsed)> used) : Change<int>
    {
        protected override int Execute(IWriteTransaction rows) => rows.Execute(TokenSql.RecordUse, used);
    }
}
