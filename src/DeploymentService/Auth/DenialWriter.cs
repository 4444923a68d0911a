using DeploymentService.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace DeploymentService.Auth;

/// <summary>Answers 401 and 403 in Heat's shape.</summary>
public sealed class DenialWriter : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc />
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var operation = context.GetEndpoint()?.Metadata.GetMetadata<Operation>();
        return authorizeResult.Challenged || operation is null
            ? Fault.Unauthorized.ExecuteAsync(context)
            : Fault.Forbidden(operation.Name).ExecuteAsync(context);
    }
}
