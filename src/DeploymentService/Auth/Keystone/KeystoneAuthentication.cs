using System.Text.Encodings.Web;
using DeploymentService.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DeploymentService.Auth.Keystone;

/// <summary>Recognises a caller by a token of Keystone's.</summary>
public sealed class KeystoneAuthentication(
    KeystoneCallers callers, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // A path that is open to all, such as the health check, must not depend on Keystone.
        if (!(ProjectPath.IsOfProject(Request.Path) || Context.GetEndpoint()?.Metadata.GetMetadata<Permission>() is not null)
            || RequestToken.Of(Request) is not { Length: > 0 } secret)
        {
            return AuthenticateResult.NoResult();
        }

        return await callers.FindAsync(secret, Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, TokenAuthentication.Scheme))
            : AuthenticateResult.NoResult();
    }
}
