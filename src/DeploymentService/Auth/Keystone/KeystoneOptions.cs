using DeploymentService.Settings;

namespace DeploymentService.Auth.Keystone;

/// <summary>The Keystone that knows the callers, and the service's own user there. No record: it must never be printed with its password.</summary>
public sealed class KeystoneOptions
{
    /// <summary><c>Keystone:AuthUrl</c>: where Keystone is, without a slash at the end; <c>/v3</c> is added when it is not there. Required.</summary>
    public required string AuthUrl { get; init; }

    /// <summary><see cref="AuthUrl"/> without its version.</summary>
    public string UnversionedUrl => AuthUrl[..^"/v3".Length];

    /// <summary><c>Keystone:Username</c>: the service's own user, who may validate tokens. Required.</summary>
    public required string Username { get; init; }

    /// <summary><c>Keystone:Password</c>. Required, never logged.</summary>
    public required string Password { get; init; }

    /// <summary><c>Keystone:ProjectName</c>: the project that the service's user has its role in. Required.</summary>
    public required string ProjectName { get; init; }

    /// <summary><c>Keystone:UserDomainName</c>. Default <c>Default</c>.</summary>
    public required string UserDomainName { get; init; }

    /// <summary><c>Keystone:ProjectDomainName</c>. Default <c>Default</c>.</summary>
    public required string ProjectDomainName { get; init; }

    /// <summary><c>Keystone:CacheSeconds</c>: how long an answer about a token counts, 0 to 300 seconds; a revoked token works as long. Default 30.</summary>
    public required TimeSpan CacheLife { get; init; }

    /// <summary><c>Keystone:TimeoutMilliseconds</c>: how long a request waits for Keystone before it is answered 503, 100 to 60,000. Default 3000.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary><c>Keystone:ReaderRoles</c>, <c>MemberRoles</c>, <c>AdminRoles</c>, <c>AgentRoles</c>: which of Keystone's roles are which of ours.</summary>
    public required RoleMap Roles { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static KeystoneOptions Read(SettingsReader settings) => new()
    {
        AuthUrl = ReadUrl(settings),
        Username = Required(settings, "Keystone:Username", "name the user with which the service signs in at Keystone"),
        Password = Required(settings, "Keystone:Password", "give the password of that user"),
        ProjectName = Required(settings, "Keystone:ProjectName", "name the project in which that user has its role, usually service"),
        UserDomainName = settings.Text("Keystone:UserDomainName", "Default"),
        ProjectDomainName = settings.Text("Keystone:ProjectDomainName", "Default"),
        CacheLife = TimeSpan.FromSeconds(settings.Number("Keystone:CacheSeconds", 30, 0, 300)),
        Timeout = TimeSpan.FromMilliseconds(settings.Number("Keystone:TimeoutMilliseconds", 3000, 100, 60_000)),
        Roles = new RoleMap(
            Words(settings, "Keystone:AdminRoles", "admin"),
            Words(settings, "Keystone:MemberRoles", "member"),
            Words(settings, "Keystone:ReaderRoles", "reader"),
            Words(settings, "Keystone:AgentRoles", "heat_stack_user")),
    };

    private static string ReadUrl(SettingsReader settings)
    {
        const string key = "Keystone:AuthUrl";
        const string example = "use an address such as http://127.0.0.1:5000/v3";
        if (settings.TextOrNull(key) is not { } text)
        {
            settings.AddError(key, "is missing", example);
            return "/v3";
        }

        // The address stands in every 401: it must not be a place for a password.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            settings.AddError(key, "is no plain http or https address", example);
            return "/v3";
        }

        var plain = url.AbsoluteUri.TrimEnd('/');
        return plain.EndsWith("/v3", StringComparison.Ordinal) ? plain : plain + "/v3";
    }

    private static string Required(SettingsReader settings, string key, string repair)
    {
        var text = settings.TextOrNull(key);
        if (text is null)
        {
            settings.AddError(key, "is missing", repair);
        }

        return text ?? "";
    }

    private static string[] Words(SettingsReader settings, string key, string standard) =>
        settings.Text(key, standard).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
