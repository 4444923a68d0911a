using DeploymentService.Settings;

namespace DeploymentService.Auth;

/// <summary>How callers are recognised.</summary>
public sealed record AuthenticationOptions
{
    /// <summary><c>Authentication:Mode</c>.</summary>
    public required AuthenticationMode Mode { get; init; }

    /// <summary><c>Authentication:BootstrapToken</c>: the secret of an admin token that always exists; null to have one made at the first start.</summary>
    public required string? BootstrapToken { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static AuthenticationOptions Read(SettingsReader settings)
    {
        const string tokenKey = "Authentication:BootstrapToken";
        var mode = settings.Choice("Authentication:Mode", AuthenticationMode.Tokens);
        var token = settings.TextOrNull(tokenKey);
        if (token is not null && token.Any(character => character is <= ' ' or > '~'))
        {
            settings.Refuse(tokenKey, "has a character that no HTTP header carries", "use visible ASCII characters without spaces");
        }

        return new() { Mode = mode, BootstrapToken = token };
    }
}

/// <summary>The ways to recognise callers.</summary>
public enum AuthenticationMode
{
    /// <summary>By the service's own tokens.</summary>
    Tokens,

    /// <summary>Not at all: everybody is an admin. Only on a loopback address.</summary>
    None,
}
