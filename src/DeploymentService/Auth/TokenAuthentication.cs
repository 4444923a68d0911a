using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DeploymentService.Auth;

/// <summary>Recognises a caller by one of the service's own tokens.</summary>
public sealed class TokenAuthentication(
    TokenRegistry registry, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public new const string Scheme = "token";

    private static readonly Task<AuthenticateResult> Nobody = Task.FromResult(AuthenticateResult.NoResult());

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var caller = RequestToken.Of(Request) is { Length: > 0 } secret ? registry.Find(secret) : null;
        return caller is null
            ? Nobody
            : Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, Scheme)));
    }
}
