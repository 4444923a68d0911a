using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Auth;

/// <summary>
/// Makes, lists and revokes tokens. Each change says so in the log, which the registry follows: so it hears of all in the order in which they were made, and one that
/// is revoked as soon as it is there does not come back. Whoever has revoked one is answered when it is refused everywhere.
/// </summary>
public sealed class TokenStore(TokenWriter writer, TokenRegistry registry, IDbContextFactory<DeploymentDbContext> contexts, TimeProvider time)
{
    /// <summary>Makes a token whose secret is known.</summary>
    public async Task<AccessToken> CreateAsync(string projectId, NewToken made, string secret, Actor actor)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var token = new AccessToken
        {
            ProjectId = projectId,
            Id = Guid.NewGuid().ToString(),
            Name = made.Name,
            Role = made.Role,
            ServerId = made.ServerId,
            SecretHash = TokenSecret.Hash(secret),
            CreationTime = now,
            ExpiryTime = now + made.Life,
        };
        await AddAsync(token, actor);
        return token;
    }

    /// <summary>Adds a token, unless there is one with its project and id already. False then.</summary>
    public Task<bool> AddAsync(AccessToken token, Actor actor) => writer.WriteAsync(new PutToken(writer.Log, token, actor, replaces: false));

    /// <summary>Puts a token into the place of the one that has its project and id, whose sessions end; or adds it.</summary>
    public Task PutAsync(AccessToken token, Actor actor) => writer.EndAsync(new PutToken(writer.Log, token, actor, replaces: true));

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
    public Task<bool> RevokeAsync(string projectId, string id, Actor actor) => writer.EndAsync(new DeleteToken(writer.Log, projectId, id, actor));

    /// <summary>
    /// Revokes in a transaction the tokens of a server's agents with their sessions. The events of it, which are to be appended there; who waits for the change is
    /// answered behind <see cref="MemoryLease.RunOutAsync"/>.
    /// </summary>
    internal static IReadOnlyList<DeploymentEvent> RevokeOfServer(IWriteTransaction rows, string projectId, string serverId, Actor actor)
    {
        var tokens = rows.Model.Tokens.AsNoTracking()
            .Where(token => token.ProjectId == projectId && token.ServerId == serverId && token.ParentId == null)
            .ToList();
        tokens.ForEach(token => Delete(rows.Model, projectId, token.Id));
        return tokens.ConvertAll(token => TokenEvents.Of(token, TokenEvents.Deleted, $"The token '{token.Name}' is revoked: its server was removed", actor, rows.Now));
    }

    /// <summary>Puts down when tokens were used.</summary>
    public Task<int> RecordUseAsync(IReadOnlyList<(AccessToken Token, DateTime LastUsed)> used) => writer.WriteAsync(new RecordUse(used));

    /// <summary>Deletes a token with its sessions; what it was, or null where there is none.</summary>
    private static AccessToken? Delete(DeploymentDbContext model, string projectId, string id)
    {
        var rows = model.Tokens.Where(token => token.ProjectId == projectId && token.Id == id && token.ParentId == null);
        if (rows.AsNoTracking().FirstOrDefault() is not { } token)
        {
            return null;
        }

        rows.ExecuteDelete();
        model.Tokens.Where(session => session.ParentId == id).ExecuteDelete();
        return token;
    }

    private sealed class PutToken(EventLog log, AccessToken token, Actor actor, bool replaces) : LoggedChange<bool>(log)
    {
        // Without the admin token that the service makes at its start there is no start, and nobody could make room.
        public override SpaceNeed Need => actor == Actor.Service ? SpaceNeed.None : SpaceNeed.Usual;

        // A first start adds a token.
        internal override bool UsesModel => replaces;

        protected override bool Run(IWriteTransaction rows)
        {
            var isReplaced = replaces && Delete(rows.Model, token.ProjectId, token.Id) is not null;
            if (rows.Execute(TokenSql.Insert, [token]) == 0)
            {
                return false;
            }

            Append(rows, isReplaced
                ? TokenEvents.Of(token, TokenEvents.Replaced, $"The token '{token.Name}' has another secret; the old one and its sessions are revoked", actor, rows.Now)
                : TokenEvents.Of(token, TokenEvents.Created, $"The token '{token.Name}' was made", actor, rows.Now), token);
            return true;
        }
    }

    private sealed class DeleteToken(EventLog log, string projectId, string id, Actor actor) : LoggedChange<bool>(log)
    {
        public override SpaceNeed Need => SpaceNeed.None;

        internal override bool UsesModel => true;

        protected override bool Run(IWriteTransaction rows)
        {
            if (Delete(rows.Model, projectId, id) is not { } token)
            {
                return false;
            }

            Append(rows, TokenEvents.Of(token, TokenEvents.Deleted, $"The token '{token.Name}' is revoked", actor, rows.Now));
            return true;
        }
    }

    private sealed class RecordUse(IReadOnlyList<(AccessToken Token, DateTime LastUsed)> used) : Change<int>
    {
        protected override int Execute(IWriteTransaction rows) => rows.Execute(TokenSql.RecordUse, used);
    }
}

/// <summary>A token that is to be made.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ServerId">The one server of an agent.</param>
/// <param name="Life">How long it is good; null for ever.</param>
public sealed record NewToken(string Name, Role Role, string? ServerId = null, TimeSpan? Life = null);
