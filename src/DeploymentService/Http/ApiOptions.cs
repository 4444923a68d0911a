using DeploymentService.Settings;

namespace DeploymentService.Http;

/// <summary>How answers look.</summary>
public sealed record ApiOptions
{
    /// <summary><c>Api:TimestampSuffix</c>: what stands behind a time.</summary>
    public required TimestampSuffix TimestampSuffix { get; init; }

    /// <summary><c>PublicUrl</c>: the address under which clients and servers reach the service, without a slash at its end; null for the one that a request was sent to.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static ApiOptions Read(SettingsReader settings)
    {
        const string key = "Api:TimestampSuffix";
        var text = settings.Text(key, "Z");
        TimestampSuffix? suffix = text.ToUpperInvariant() switch
        {
            "Z" => TimestampSuffix.Z,
            "+00:00" => TimestampSuffix.Offset,
            "NONE" => TimestampSuffix.None,
            _ => null,
        };
        if (suffix is null)
        {
            settings.AddError(key, $"is '{text}'", "use Z, +00:00 or none");
        }

        return new() { TimestampSuffix = suffix ?? TimestampSuffix.Z, PublicUrl = ReadPublicUrl(settings) };
    }

    private static string? ReadPublicUrl(SettingsReader settings)
    {
        const string key = "PublicUrl";
        var url = settings.TextOrNull(key);
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && url[^1] != '/' && url.IndexOfAny(['?', '#', '@', ' ']) < 0))
        {
            // Not repeated: an address can have a password in it.
            settings.AddError(key, "is no address of this service", "use http://HOST or https://HOST, with a port or path where they are needed and no slash at the end");
        }

        return url;
    }
}

/// <summary>What stands behind a time, which is always UTC.</summary>
public enum TimestampSuffix
{
    /// <summary><c>2026-11-23T13:26:51Z</c>, as Heat writes it.</summary>
    Z,

    /// <summary><c>2026-11-23T13:26:51+00:00</c>.</summary>
    Offset,

    /// <summary><c>2026-11-23T13:26:51</c>, the only form that one public cloud's Go client reads.</summary>
    None,
}
