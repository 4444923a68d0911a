using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Auth.Sessions;

/// <summary>
/// Opens and closes sessions: rows beside the tokens with a secret and an end of their own, which go when their token goes. The registry
/// learns of a change right behind its COMMIT, as <see cref="TokenStore"/> has it.
/// </summary>
public sealed class SessionStore(GroupCommitWriter writer, TokenRegistry registry, AuthenticationOptions options, TimeProvider time)
{
    /// <summary>The most sessions that a token has at a time; with one more the oldest goes.</summary>
    public const int MostOfToken = 1000;

    // Removing many must not hold up the changes behind it.
    private const int RemovedAtOnce = 256;

    /// <summary>Opens a session. Null when who asks is not who they say, or wants what their token does not give.</summary>
    public async Task<OpenedSession?> OpenAsync(SignIn signIn)
    {
        if (signIn is not { Methods: ["password"] or ["token"], Secret: { } shownSecret, ErrorOf: null } || registry.FindToken(shownSecret) is not { } shown)
        {
            return null;
        }

        var root = registry.Root(shown);
        if (signIn.Methods is ["password"] && (shown != root || (signIn.User != root.Name && signIn.User != root.Id)))
        {
            return null;
        }

        var project = signIn.Project ?? shown.ProjectId;
        if (project != root.ProjectId && (root.Role != Role.Admin || !ProjectIdConstraint.Allows(project)))
        {
            return null;
        }

        var secret = TokenSecret.Make();
        var now = Now();
        // A session that is exchanged for another lasts no longer than it would have.
        var end = now + options.SessionLife;
        var session = new AccessToken
        {
            ProjectId = project,
            Id = Guid.NewGuid().ToString(),
            ParentId = root.Id,
            Name = root.Name,
            Role = root.Role,
            ServerId = root.ServerId,
            SecretHash = TokenSecret.Hash(secret),
            CreationTime = now,
            ExpiryTime = shown.ExpiryTime < end ? shown.ExpiryTime : end,
        };
        return await writer.WriteAsync(new InsertSession(registry, session, shown)) ? new OpenedSession(session, secret) : null;
    }

    /// <summary>Closes a session.</summary>
    public Task CloseAsync(AccessToken session) => RemoveAsync([session]);

    /// <summary>Removes the sessions that have ended.</summary>
    public async Task RemoveEndedAsync()
    {
        foreach (var ended in registry.EndedSessions().Chunk(RemovedAtOnce))
        {
            await RemoveAsync(ended);
        }
    }

    /// <summary>Now, to the millisecond that is stored.</summary>
    internal DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private Task<int> RemoveAsync(AccessToken[] sessions) => writer.WriteAsync(new DeleteSessions(registry, sessions));

    /// <summary>False when the token or session that was shown has gone meanwhile: a session goes with its token.</summary>
    private sealed class InsertSession(TokenRegistry registry, AccessToken row, AccessToken shown) : Change<bool>
    {
        // The hashes of the sessions that made room; null when none was inserted.
        private List<byte[]>? _displaced;

        internal override bool UsesModel => true;

        internal override void AfterCommit()
        {
            if (_displaced is { } displaced)
            {
                displaced.ForEach(registry.Remove);
                registry.Add(row);
            }
        }

        protected override bool Execute(IWriteTransaction rows)
        {
            _displaced = null;
            var tokens = rows.Model.Tokens;
            if (!tokens.Any(token => token.ProjectId == shown.ProjectId && token.Id == shown.Id))
            {
                return false;
            }

            // One, unless a token had more sessions before.
            var oldest = tokens.AsNoTracking()
                .Where(session => session.ParentId == row.ParentId)
                .OrderByDescending(session => session.CreationTime).ThenBy(session => session.Id)
                .Skip(MostOfToken - 1)
                .ToList();
            oldest.ForEach(session => tokens.Where(other => other.ProjectId == session.ProjectId && other.Id == session.Id).ExecuteDelete());
            _displaced = oldest.ConvertAll(session => session.SecretHash);
            rows.Model.Add(row);
            rows.Model.SaveChanges();
            return true;
        }
    }

    private sealed class DeleteSessions(TokenRegistry registry, AccessToken[] sessions) : Change<int>
    {
        internal override bool UsesModel => true;

        internal override void AfterCommit() => Array.ForEach(sessions, session => registry.Remove(session.SecretHash));

        protected override int Execute(IWriteTransaction rows) => sessions.Sum(session => rows.Model.Tokens
            .Where(row => row.ProjectId == session.ProjectId && row.Id == session.Id && row.ParentId != null)
            .ExecuteDelete());
    }
}

/// <summary>A session that was opened.</summary>
/// <param name="Row">What is kept of it.</param>
/// <param name="Secret">Its secret, which only this answer has.</param>
public sealed record OpenedSession(AccessToken Row, string Secret);
