using DeploymentService.Http;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>Tells a caller who he is, so that a page can offer what he may do.</summary>
public static class CallerEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapCaller(this RouteGroupBuilder project) => project.MapGroup("").WithTags("Tokens")
        .MapGet("/caller", Show).Requires(Permission.ReadOfServer("caller:show").OrStackUser()).WithName("showCaller");

    /// <summary>Show who you are</summary>
    /// <remarks>What the service knows of the token of the request.</remarks>
    /// <response code="200">The caller.</response>
    private static OkJson<CallerEnvelope> Show(HttpContext http) => OkJson.Of(new CallerEnvelope(CallerView.Of(Caller.Of(http))));
}

/// <summary>The answer with the caller.</summary>
/// <param name="Caller">The caller.</param>
public sealed record CallerEnvelope(CallerView Caller);

/// <summary>Who sends a request.</summary>
/// <param name="Name">The token's name.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ProjectId">Its project; an admin of all projects may act in every other too, and one of the whole system has none: empty.</param>
/// <param name="ServerId">The server of an agent; null for every other role.</param>
/// <param name="ExpiryTime">When the token expires; null for never.</param>
public sealed record CallerView(string Name, Role Role, string ProjectId, string? ServerId, DateTime? ExpiryTime)
{
    /// <summary>What the wire shows of a caller.</summary>
    public static CallerView Of(Caller caller) => new(caller.Name, caller.Role, caller.ProjectId, caller.ServerId, caller.ExpiryTime);
}
