using DeploymentService.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace DeploymentService.Auth;

/// <summary>Answers 401 and 403 in Heat's shape.</summary>
public sealed class AuthorizationResultHandler : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc />
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var operation = context.GetEndpoint()?.Metadata.GetMetadata<Permission>();
        if (authorizeResult.Challenged || operation is null)
        {
            return Fault.Unauthorized.ExecuteAsync(context);
        }

        var isInOwnProject = context.GetRouteValue("project_id") is not string projectId || Caller.Of(context).BelongsTo(projectId);
        return (isInOwnProject ? Fault.Forbidden(operation.Name) : Fault.ForeignProject).ExecuteAsync(context);
    }
}
