using DeploymentService.Auth.Keystone;
using DeploymentService.Settings;

namespace DeploymentService.Auth;

/// <summary>How callers are recognised.</summary>
public sealed record AuthenticationOptions
{
    /// <summary>The key of <see cref="BootstrapToken"/>.</summary>
    public const string BootstrapTokenKey = "Authentication:BootstrapToken";

    // Keystone's own limit.
    private const int LongestRegion = 255;

    /// <summary><c>Authentication:Mode</c>.</summary>
    public required AuthenticationMode Mode { get; init; }

    /// <summary>The fewest characters of a bootstrap token: what a person makes up is no better than its length.</summary>
    public const int ShortestBootstrapToken = 32;

    /// <summary><c>Authentication:BootstrapToken</c>: the secret of an admin token that is there as long as the setting, at least <see cref="ShortestBootstrapToken"/> visible ASCII characters; null to have one made at the first start.</summary>
    public required string? BootstrapToken { get; init; }

    /// <summary><c>Authentication:SignIn</c>: whether <c>/v3/auth/tokens</c> takes a token's name and secret as a user's and gives a session. Default true; only in <see cref="AuthenticationMode.Tokens"/>.</summary>
    public required bool SignIn { get; init; }

    /// <summary><c>Authentication:SessionSeconds</c>: how long a session lasts, 60 seconds to a day. Default an hour.</summary>
    public required TimeSpan SessionLife { get; init; }

    /// <summary><c>Authentication:Region</c>: the region of this service in the catalogue that a sign-in answers, 1 to 255 characters. Default <c>RegionOne</c>.</summary>
    public required string Region { get; init; }

    /// <summary><c>Limits:FailedSignIns</c>: how many sign-ins with a name may fail in a minute before they are answered 429; 0 for no limit. Default 10.</summary>
    public required int FailedSignIns { get; init; }

    /// <summary><c>Limits:FailedSignInsOfAddress</c>: the same from an address. Default 100.</summary>
    public required int FailedSignInsOfAddress { get; init; }

    /// <summary>The section <c>Keystone</c>; null in every other mode than <see cref="AuthenticationMode.Keystone"/>.</summary>
    public required KeystoneOptions? Keystone { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static AuthenticationOptions Read(SettingsReader settings)
    {
        var mode = settings.Choice("Authentication:Mode", AuthenticationMode.Tokens);
        // In every mode, so that its settings are known and may stand ready.
        var keystone = KeystoneOptions.Read(mode == AuthenticationMode.Keystone ? settings : settings.Unused());
        return new()
        {
            Mode = mode,
            BootstrapToken = ReadBootstrapToken(settings),
            SignIn = settings.Flag("Authentication:SignIn", true) && mode == AuthenticationMode.Tokens,
            SessionLife = TimeSpan.FromSeconds(settings.Number("Authentication:SessionSeconds", 3600, 60, 86_400)),
            Region = ReadRegion(settings),
            FailedSignIns = settings.Number("Limits:FailedSignIns", 10, 0, 1_000_000),
            FailedSignInsOfAddress = settings.Number("Limits:FailedSignInsOfAddress", 100, 0, 1_000_000),
            Keystone = mode == AuthenticationMode.Keystone ? keystone : null,
        };
    }

    private static string? ReadBootstrapToken(SettingsReader settings)
    {
        var token = settings.TextOrNull(BootstrapTokenKey);
        if (token is not null && token.Any(character => character is <= ' ' or > '~'))
        {
            settings.AddError(BootstrapTokenKey, "has a character that no HTTP header carries", "use visible ASCII characters without spaces");
        }
        else if (token?.Length < ShortestBootstrapToken)
        {
            settings.AddError(
                BootstrapTokenKey, $"has {token.Length} characters", $"use at least {ShortestBootstrapToken} random ones, such as those of openssl rand -hex 32");
        }

        return token;
    }

    private static string ReadRegion(SettingsReader settings)
    {
        const string key = "Authentication:Region";
        var region = settings.Text(key, "RegionOne");
        if (region.Length > LongestRegion || region.Any(char.IsControl))
        {
            settings.AddError(key, "is no name of a region", $"use 1 to {LongestRegion} printable characters, such as RegionOne");
        }

        return region;
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
