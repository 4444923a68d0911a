using System.Security.Claims;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>Who sends a request: what its token says. One object a token, shared by all of its requests.</summary>
public sealed class Caller
{
    /// <summary>Describes a caller.</summary>
    /// <param name="name">The token's name.</param>
    /// <param name="role">What the caller may do.</param>
    /// <param name="projectId">The caller's project.</param>
    /// <param name="serverId">The one server of an agent.</param>
    /// <param name="expiryTime">From when on the caller is nobody, UTC; null for never.</param>
    /// <param name="actsInAllProjects">Whether the caller may act in every project; null for: as an admin.</param>
    public Caller(string name, Role role, string projectId, string? serverId = null, DateTime? expiryTime = null, bool? actsInAllProjects = null)
    {
        Name = name;
        Role = role;
        ProjectId = projectId;
        ServerId = serverId;
        ExpiryTime = expiryTime;
        ActsInAllProjects = actsInAllProjects ?? role == Role.Admin;
        Principal = new CallerPrincipal(this);
    }

    /// <summary>The token's name, for the log.</summary>
    public string Name { get; }

    /// <summary>By what the caller's requests are counted: the id of the token, of a session's the one that it was signed in with, or of Keystone's user.</summary>
    public string Id { get; init; } = "";

    /// <summary>What the caller may do.</summary>
    public Role Role { get; }

    /// <summary>The caller's project; empty for one who has none because he acts in all.</summary>
    public string ProjectId { get; }

    /// <summary>True of who may act in every project: an admin by a token of the service, and one whom Keystone calls an admin of everything.</summary>
    public bool ActsInAllProjects { get; }

    /// <summary>The one server of an <see cref="Role.Agent"/>; null for every other role.</summary>
    public string? ServerId { get; }

    /// <summary>From when on the caller is nobody, UTC; null for never.</summary>
    public DateTime? ExpiryTime { get; }

    /// <summary>True of a server's agent.</summary>
    public bool IsAgent => Role is Role.Agent or Role.StackUser;

    /// <summary>False of those who may only read: what they see is without secrets.</summary>
    public bool SeesSecrets => Role != Role.Reader;

    /// <summary>The caller in the framework's terms.</summary>
    public ClaimsPrincipal Principal { get; }

    /// <summary>The caller of a request that passed authentication.</summary>
    public static Caller Of(HttpContext http) => ((CallerPrincipal)http.User).Caller;

    /// <summary>The caller of any request; null when nobody was recognised.</summary>
    public static Caller? OfOrNull(HttpContext http) => (http.User as CallerPrincipal)?.Caller;

    /// <summary>True when the caller may act in a project at all.</summary>
    public bool BelongsTo(string projectId) => ActsInAllProjects || ProjectId == projectId;

    /// <summary>True unless the caller is bound to another server.</summary>
    public bool MayActFor(string serverId) => Role != Role.Agent || ServerId == serverId;

    /// <summary>True when the caller may do what another may, and nothing else.</summary>
    public bool MayTheSameAs(Caller other) =>
        Role == other.Role && ProjectId == other.ProjectId && ServerId == other.ServerId && ActsInAllProjects == other.ActsInAllProjects;

    private sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], "token"))
    {
        public Caller Caller { get; } = caller;
    }
}
