using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DeploymentService.Auth;

/// <summary>Recognises a caller by one of the service's own tokens.</summary>
public sealed class TokenAuthentication(
    TokenLookup tokens, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public new const string Scheme = "token";

    private static readonly Task<AuthenticateResult> Nobody = Task.FromResult(AuthenticateResult.NoResult());

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (RequestToken.Of(Request) is not { Length: > 0 } secret)
        {
            return Nobody;
        }

        var finding = tokens.FindAsync(secret);
        return finding.IsCompletedSuccessfully ? Answer(finding.Result) : WaitAsync(finding);
    }

    private static async Task<AuthenticateResult> WaitAsync(ValueTask<KnownToken?> finding) => await Answer(await finding);

    private static Task<AuthenticateResult> Answer(KnownToken? known) =>
        known is null ? Nobody : Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(known.Caller.Principal, Scheme)));
}
