using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DeploymentService.Auth;

/// <summary>Recognises a caller by the token that the request carries, in any of the three places that the stock clients use.</summary>
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
        var caller = Secret(Request) is { Length: > 0 } secret ? registry.Find(secret) : null;
        return caller is null
            ? Nobody
            : Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, Scheme)));
    }

    /// <summary><c>X-Auth-Token: TOKEN</c>, <c>Authorization: Bearer TOKEN</c>, or <c>Authorization: Basic</c> with any name and the token as the password.</summary>
    private static string? Secret(HttpRequest request)
    {
        var header = request.Headers["X-Auth-Token"].ToString();
        if (header.Length > 0)
        {
            return header;
        }

        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return authorization[7..].Trim();
        }

        return authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) ? Password(authorization.AsSpan(6).Trim()) : null;
    }

    private static string? Password(ReadOnlySpan<char> credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64Chars(credentials, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
