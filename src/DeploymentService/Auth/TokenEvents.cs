using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>What the log says of tokens and sessions. Whoever follows it learns which one is other than it was, and nothing of its secret.</summary>
internal static class TokenEvents
{
    /// <summary>It was made.</summary>
    public const string Created = "created";

    /// <summary>Another one is in its place: it has another secret.</summary>
    public const string Replaced = "replaced";

    /// <summary>It is revoked, with its sessions.</summary>
    public const string Deleted = "deleted";

    /// <summary>The session was signed in to. Nobody has to learn of it: who is asked for it finds it in the table.</summary>
    public const string Opened = "opened";

    /// <summary>The session was signed out of.</summary>
    public const string Closed = "closed";

    /// <summary>The session made room for another of its token.</summary>
    public const string Displaced = "displaced";

    /// <summary>The event.</summary>
    /// <param name="token">The token or session.</param>
    /// <param name="kind">What happened to it.</param>
    /// <param name="reason">The same for people.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="now">When, UTC.</param>
    public static DeploymentEvent Of(AccessToken token, string kind, string reason, Actor actor, DateTime now) =>
        actor.EventOf(token.ProjectId, token.ParentId is null ? EventSubject.Token : EventSubject.Session, token.Id, kind, now) with
        {
            ServerId = token.ServerId ?? "",
            Reason = DeploymentEvent.Shorten(reason),
        };
}
