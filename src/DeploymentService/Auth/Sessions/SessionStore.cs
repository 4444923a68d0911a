using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Auth.Sessions;

/// <summary>
/// Opens and closes sessions: rows beside the tokens with a secret and an end of their own, which go when their token goes. What is opened, or ends before its time, is said in the log,
/// as <see cref="TokenStore"/> has it.
/// </summary>
public sealed class SessionStore(
    TokenWriter writer, TokenLookup tokens, TokenRegistry registry, IDatabaseReader reader, AuthenticationOptions options, TimeProvider time)
{
    /// <summary>The most sessions that a token has at a time; with one more the oldest goes.</summary>
    public const int MostOfToken = 1000;

    // Removing many must not hold up the changes behind it.
    private const int RemovedAtOnce = 256;

    /// <summary>Opens a session. Null when who asks is not who they say, or wants what their token does not give.</summary>
    /// <param name="signIn">Who asks, and for what.</param>
    /// <param name="requestId">The request with which it came.</param>
    /// <param name="admit">Told of who is right, before anything is written; may throw.</param>
    public async Task<OpenedSession?> OpenAsync(SignIn signIn, string? requestId = null, Action<Caller>? admit = null)
    {
        if (signIn is not { Methods: ["password"] or ["token"], Secret: { } shownSecret, ErrorOf: null } || await tokens.FindAsync(shownSecret) is not { } known)
        {
            return null;
        }

        var (shown, root) = (known.Row, known.Root.Row);
        if (signIn.Methods is ["password"] && (shown != root || (signIn.User != root.Name && signIn.User != root.Id)))
        {
            return null;
        }

        var project = signIn.Project ?? shown.ProjectId;
        if (project != root.ProjectId && (root.Role != Role.Admin || !ProjectIdConstraint.Allows(project)))
        {
            return null;
        }

        admit?.Invoke(known.Caller);
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
        return await writer.WriteAsync(new InsertSession(writer.Log, registry, session, shown, Actor.Of(root, requestId)))
            ? new OpenedSession(session, root, secret)
            : null;
    }

    /// <summary>Closes a session, and waits until it is refused everywhere.</summary>
    public Task CloseAsync(AccessToken session, Actor actor) => writer.EndAsync(new CloseSession(writer.Log, session, actor));

    /// <summary>Removes the sessions whose time is over. Every process may: whoever comes second finds nothing.</summary>
    public async Task RemoveEndedAsync()
    {
        foreach (var ended in (await reader.ListAsync(TokenQueries.EndedSessions, Now())).Chunk(RemovedAtOnce))
        {
            await writer.WriteAsync(new RemoveSessions(ended));
        }
    }

    /// <summary>Now, to the millisecond that is stored.</summary>
    internal DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static bool Delete(DeploymentDbContext model, AccessToken session) =>
        model.Tokens.Where(row => row.ProjectId == session.ProjectId && row.Id == session.Id && row.ParentId != null).ExecuteDelete() > 0;

    /// <summary>
    /// False when the token or session that was shown has gone meanwhile: a session goes with its token. The log says that one was opened for people alone: other processes find
    /// it when they are asked for it.
    /// </summary>
    private sealed class InsertSession(EventLog log, TokenRegistry registry, AccessToken row, AccessToken shown, Actor actor) : LoggedChange<bool>(log)
    {
        private bool _isInserted;

        internal override bool UsesModel => true;

        protected override void OnCommitted()
        {
            if (_isInserted)
            {
                registry.AddOpened(row);
            }
        }

        protected override bool Run(IWriteTransaction rows)
        {
            var tokens = rows.Model.Tokens;
            // Asked at once, because many may sign in at once.
            var others = tokens.Where(token => token.ProjectId == shown.ProjectId && token.Id == shown.Id)
                .Select(_ => (int?)tokens.Count(session => session.ParentId == row.ParentId)).FirstOrDefault();
            _isInserted = others is not null;
            if (!_isInserted)
            {
                return false;
            }

            // One, unless a token had more sessions before.
            var oldest = others < MostOfToken ? [] : tokens.AsNoTracking()
                .Where(session => session.ParentId == row.ParentId)
                .OrderByDescending(session => session.CreationTime).ThenBy(session => session.Id)
                .Skip(MostOfToken - 1)
                .ToList();
            foreach (var session in oldest)
            {
                Delete(rows.Model, session);
                Append(rows, TokenEvents.Of(
                    session, TokenEvents.Displaced, $"The oldest session of the token '{session.Name}' made room for another: it has {MostOfToken}", actor, rows.Now));
            }

            rows.Model.Add(row);
            rows.Model.SaveChanges();
            Append(rows, TokenEvents.Of(row, TokenEvents.Opened, $"A session of the token '{row.Name}' was signed in to", actor, rows.Now));
            return true;
        }
    }

    private sealed class CloseSession(EventLog log, AccessToken session, Actor actor) : LoggedChange<bool>(log)
    {
        public override SpaceNeed Need => SpaceNeed.None;

        internal override bool UsesModel => true;

        protected override bool Run(IWriteTransaction rows)
        {
            if (!Delete(rows.Model, session))
            {
                return false;
            }

            Append(rows, TokenEvents.Of(session, TokenEvents.Closed, $"A session of the token '{session.Name}' was signed out of", actor, rows.Now));
            return true;
        }
    }

    private sealed class RemoveSessions(AccessToken[] sessions) : Change<int>
    {
        public override SpaceNeed Need => SpaceNeed.None;

        internal override bool UsesModel => true;

        protected override int Execute(IWriteTransaction rows) => sessions.Count(session => Delete(rows.Model, session));
    }
}

/// <summary>A session that was opened.</summary>
/// <param name="Row">What is kept of it.</param>
/// <param name="Root">The token that was signed in with.</param>
/// <param name="Secret">Its secret, which only this answer has.</param>
public sealed record OpenedSession(AccessToken Row, AccessToken Root, string Secret);
