using System.Text.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>Who changes a token, for its event. Never a secret.</summary>
/// <param name="Name">The name of the token by which it is done; null for the service itself.</param>
/// <param name="Role">The role of that.</param>
/// <param name="RequestId">The request that it came with; null without one.</param>
public sealed record TokenActor(string? Name, string Role, string? RequestId)
{
    /// <summary>The service itself.</summary>
    public static TokenActor Service { get; } = new(null, "service", null);

    /// <summary>The caller of a request that passed authentication.</summary>
    public static TokenActor Of(HttpContext http) => Of(Caller.Of(http).Name, Caller.Of(http).Role, http.TraceIdentifier);

    /// <summary>The user of a token, whom a request has proved to be.</summary>
    public static TokenActor Of(AccessToken user, string? requestId) => Of(user.Name, user.Role, requestId);

    private static TokenActor Of(string name, Role role, string? requestId) => new(name, JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString()), requestId);
}
