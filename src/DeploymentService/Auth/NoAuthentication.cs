using System.Text.Encodings.Web;
using DeploymentService.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DeploymentService.Auth;

/// <summary>Takes everybody for an admin: the mode <see cref="AuthenticationMode.None"/>, which only a loopback address may serve.</summary>
public sealed class NoAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Who everybody is.</summary>
    internal static readonly Caller Anybody = new("anybody", Role.Admin, "admin") { Id = "anybody" };

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(Anybody.Principal, TokenAuthentication.Scheme)));
}

/// <summary>Where nobody needs a token, none ends.</summary>
public sealed class EverybodyIsGood : IRecognition
{
    /// <inheritdoc />
    public Task<Caller?> FindAsync(string secret, bool anew, CancellationToken cancellation) => Task.FromResult<Caller?>(NoAuthentication.Anybody);
}
