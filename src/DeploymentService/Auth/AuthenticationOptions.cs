using DeploymentService.Auth.Keystone;
using DeploymentService.Settings;

namespace DeploymentService.Auth;

/// <summary>How callers are recognised.</summary>
public sealed record AuthenticationOptions
{
    /// <summary><c>Authentication:Mode</c>.</summary>
    public required AuthenticationMode Mode { get; init; }

    /// <summary><c>Authentication:BootstrapToken</c>: the secret of an admin token that always exists; null to have one made at the first start.</summary>
    public required string? BootstrapToken { get; init; }

    /// <summary><c>Authentication:SignIn</c>: whether <c>/v3/auth/tokens</c> takes a token's name and secret as a user's and gives a session. Default true; only in <see cref="AuthenticationMode.Tokens"/>.</summary>
    public required bool SignIn { get; init; }

    /// <summary><c>Authentication:SessionSeconds</c>: how long a session lasts, 60 seconds to a day. Default an hour.</summary>
    public required TimeSpan SessionLife { get; init; }

    /// <summary>The section <c>Keystone</c>; null in every other mode than <see cref="AuthenticationMode.Keystone"/>.</summary>
    public required KeystoneOptions? Keystone { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static AuthenticationOptions Read(SettingsReader settings)
    {
        const string tokenKey = "Authentication:BootstrapToken";
        var mode = settings.Choice("Authentication:Mode", AuthenticationMode.Tokens);
        var token = settings.TextOrNull(tokenKey);
        // In every mode, so that its settings are known and may stand ready.
        var keystone = KeystoneOptions.Read(mode == AuthenticationMode.Keystone ? settings : settings.Unused());
        if (token is not null && token.Any(character => character is <= ' ' or > '~'))
        {
            settings.Refuse(tokenKey, "has a character that no HTTP header carries", "use visible ASCII characters without spaces");
        }

        return new()
        {
            Mode = mode,
            BootstrapToken = token,
            SignIn = settings.Flag("Authentication:SignIn", true) && mode == AuthenticationMode.Tokens,
            SessionLife = TimeSpan.FromSeconds(settings.Number("Authentication:SessionSeconds", 3600, 60, 86_400)),
            Keystone = mode == AuthenticationMode.Keystone ? keystone : null,
        };
    }
}

/// <summary>The ways to recognise callers.</summary>
public enum AuthenticationMode
{
    /// <summary>By the service's own tokens.</summary>
    Tokens,

    /// <summary>By the tokens of a Keystone v3, which is asked about them.</summary>
    Keystone,

    /// <summary>Not at all: everybody is an admin. Only on a loopback address.</summary>
    None,
}
