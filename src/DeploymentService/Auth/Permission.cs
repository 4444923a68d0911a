using DeploymentService.Storage.Model;
using Microsoft.AspNetCore.Authorization;

namespace DeploymentService.Auth;

/// <summary>One thing that can be done through the API, by the name that Heat's policy gives it, and the roles that may do it.</summary>
/// <param name="Name">For example <c>software_deployments:update</c>.</param>
/// <param name="Roles">Who may.</param>
public sealed record Permission(string Name, params Role[] Roles) : IAuthorizationRequirement
{
    private static readonly Role[] Readers = [Role.Reader, Role.Member, Role.Admin];
    private static readonly Role[] Members = [Role.Member, Role.Admin];

    /// <summary>Any GET that an agent has no use for.</summary>
    public static Permission Read(string name) => new(name, Readers);

    /// <summary>A change that an agent may not make.</summary>
    public static Permission Change(string name) => new(name, Members);

    /// <summary>What an agent may do for its own server, and every member for all servers.</summary>
    public static Permission ReadOfServer(string name) => new(name, [.. Readers, Role.Agent]);

    /// <summary>A change that an agent may make for its own server.</summary>
    public static Permission ChangeOfServer(string name) => new(name, [.. Members, Role.Agent]);

    /// <summary>The same, and a stack user of Keystone may do it too, for every server of its project: metadata and signals, nothing else.</summary>
    public Permission OrStackUser() => this with { Roles = [.. Roles, Role.StackUser] };

    /// <summary>For admins alone.</summary>
    public static Permission Administer(string name) => new(name, Role.Admin);
}

/// <summary>Puts a <see cref="Permission"/> on a route.</summary>
public static class PermissionRoutes
{
    /// <summary>Only callers of the path's project whose role allows the operation pass: others get 401 or 403.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder route, Permission operation)
        where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(new AuthorizationPolicyBuilder().AddRequirements(operation).Build()).WithMetadata(operation);
}

/// <summary>Decides whether a caller may do an operation in the project of the path.</summary>
public sealed class PermissionHandler : AuthorizationHandler<Permission, HttpContext>
{
    /// <inheritdoc />
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Permission requirement, HttpContext resource)
    {
        // On the route's own value: the path has been decoded and folded since the client sent it.
        if (Caller.OfOrNull(resource) is { } caller
            // What is in no project is of all of them.
            && (resource.GetRouteValue("project_id") is string projectId ? caller.BelongsTo(projectId) : caller.ActsInAllProjects)
            && requirement.Roles.Contains(caller.Role))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
