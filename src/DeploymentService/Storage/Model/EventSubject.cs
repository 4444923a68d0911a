namespace DeploymentService.Storage.Model;

/// <summary>What an event can be about that is about no deployment (<see cref="DeploymentEvent.Subject"/>). The words are stored exactly so.</summary>
public static class EventSubject
{
    /// <summary>A server, which <see cref="DeploymentEvent.ServerId"/> names.</summary>
    public const string Server = "server";

    /// <summary>A token.</summary>
    public const string Token = "token";

    /// <summary>A session of a token.</summary>
    public const string Session = "session";

    /// <summary>A key that addresses are signed with.</summary>
    public const string SigningKey = "signing_key";

    /// <summary>A rollout.</summary>
    public const string Rollout = "rollout";

    /// <summary>A quota of the project.</summary>
    public const string Quota = "quota";

    /// <summary>A webhook.</summary>
    public const string Webhook = "webhook";

    /// <summary>The service itself: of all projects, and so in the stream of none.</summary>
    public const string Service = "service";

    /// <summary>What happens to the service when it goes on with a database that was restored.</summary>
    public const string Restored = "restored";

    /// <summary>All that a project has.</summary>
    public static IReadOnlyList<string> All { get; } = [Server, Token, Session, SigningKey, Rollout, Quota, Webhook];

    /// <summary>True of what is no business of those who watch deployments: who may come in, by what, how much there may be, and who is told.</summary>
    public static bool IsOfAccess(string? subject) => subject is Token or Session or SigningKey or Quota or Webhook;
}
