using DeploymentService.Storage.Model;
using Microsoft.AspNetCore.Authorization;

namespace DeploymentService.Auth;

/// <summary>Who made a change, for its event. Never a secret.</summary>
/// <param name="Name">The token's name; null for whoever has none.</param>
/// <param name="Role">The token's role; <c>agent</c> for a signed URL, <c>service</c> for the service itself.</param>
/// <param name="RequestId">The request that it came with; null without one.</param>
public sealed record Actor(string? Name, string Role, string? RequestId)
{
    private static readonly string[] Words = [.. Enum.GetNames<Role>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The service itself, when time has passed.</summary>
    public static Actor Service { get; } = new(null, "service", null);

    /// <summary>All roles that <see cref="Role"/> can be.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Words.Where(word => word != Words[(int)Storage.Model.Role.None]), Service.Role];

    /// <summary>True of a server's agent.</summary>
    public bool IsAgent => Role == Words[(int)Storage.Model.Role.Agent] || Role == Words[(int)Storage.Model.Role.StackUser];

    /// <summary>The caller of a request; an agent, where the URL is the secret.</summary>
    public static Actor Of(HttpContext http) => CallerOf(http) is { } caller
        ? new(caller.Name, Words[(int)caller.Role], http.TraceIdentifier)
        : new(null, Words[(int)Storage.Model.Role.Agent], http.TraceIdentifier);

    /// <summary>The user of a token, whom a request has proved to be.</summary>
    public static Actor Of(AccessToken user, string? requestId) => new(user.Name, Words[(int)user.Role], requestId);

    /// <summary>What the log says of something that is no deployment, and was done now.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="subject">What it is, a word of <see cref="EventSubject"/>.</param>
    /// <param name="id">Which one, at most 36 characters.</param>
    /// <param name="kind">What happened to it.</param>
    /// <param name="now">When, UTC.</param>
    internal DeploymentEvent EventOf(string projectId, string subject, string id, string kind, DateTime now) => new()
    {
        Sequence = 0,
        ProjectId = projectId,
        Subject = subject,
        DeploymentNumber = 0,
        DeploymentId = id,
        ServerId = "",
        Time = now,
        Kind = kind,
        Execution = 0,
        ActorName = Name,
        ActorRole = Role,
        RequestId = RequestId,
    };

    /// <summary>Whose token it is that allows the request; null where the URL does, whatever token comes with it.</summary>
    internal static Caller? CallerOf(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null ? Caller.OfOrNull(http) : null;
}
