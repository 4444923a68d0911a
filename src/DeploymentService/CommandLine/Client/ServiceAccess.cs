using System.Text.Json;

namespace DeploymentService.CommandLine.Client;

/// <summary>Where the service is, and with which token it is asked.</summary>
/// <param name="Project">The address of the project, such as <c>http://127.0.0.1:8004/v1/demo/</c>.</param>
/// <param name="Token">The token; it is printed nowhere.</param>
internal sealed record ServiceAccess(Uri Project, string Token)
{
    /// <summary>The variable with the address.</summary>
    public const string UrlVariable = "DEPLOYMENTS_URL";

    /// <summary>The variable with the project.</summary>
    public const string ProjectVariable = "DEPLOYMENTS_PROJECT";

    /// <summary>The variable with the token.</summary>
    public const string TokenVariable = "DEPLOYMENTS_TOKEN";

    /// <summary>The variable with the file of the profile.</summary>
    public const string ProfileVariable = "DEPLOYMENTS_PROFILE";

    private const string Version = "/v1";

    /// <summary>What was given on the command line, each null where it was not.</summary>
    public sealed record Options(string? Url, string? Project, string? Token, string? TokenFile);

    /// <summary>Puts the options, the environment and the profile together, in this order.</summary>
    /// <exception cref="CouldNotAskException">Something is missing or wrong; all of it is named.</exception>
    public static ServiceAccess Of(Options options, Func<string, string?> variable)
    {
        var profile = Profile(variable);
        var url = First(options.Url, variable(UrlVariable), profile("url"));
        var project = First(options.Project, variable(ProjectVariable), profile("project"));
        var token = First(options.Token, TokenOf(options.TokenFile), variable(TokenVariable), profile("token"));
        List<string> faults = [];
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            faults.Add(url is null ? $"There is no address: give --url or {UrlVariable}, such as http://127.0.0.1:8004" : $"The address '{url}' is none: use one such as http://127.0.0.1:8004");
        }
        else
        {
            // The address of the project itself is one too, as the README's curl lines have it.
            var path = address.AbsolutePath.TrimEnd('/');
            var place = path.LastIndexOf(Version + "/", StringComparison.Ordinal);
            (path, project) = place < 0 ? (path, project) : (path[..place], project ?? path[(place + Version.Length + 1)..]);
            address = new UriBuilder(address) { Path = $"{path}{Version}/{Uri.EscapeDataString(project ?? "")}/", Query = "", Fragment = "" }.Uri;
        }

        if (project is null)
        {
            faults.Add($"There is no project: give --project or {ProjectVariable}, or an address that ends with /v1/PROJECT");
        }

        if (token is null || token.Any(character => character is <= ' ' or > '~'))
        {
            faults.Add(token is null ? $"There is no token: give {TokenVariable} or --token-file" : "The token has characters that no token has: it was not set as it was meant");
        }

        return faults.Count == 0 ? new(address!, token!) : throw new CouldNotAskException(string.Join('\n', faults));
    }

    private static string? First(params string?[] values) => values.FirstOrDefault(value => !string.IsNullOrEmpty(value));

    private static string? TokenOf(string? file)
    {
        try
        {
            return file is null ? null : File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CouldNotAskException($"The file of the token cannot be read: {exception.Message}");
        }
    }

    /// <summary>A JSON object with <c>url</c>, <c>project</c> and <c>token</c>, which nobody else may read.</summary>
    private static Func<string, string?> Profile(Func<string, string?> variable)
    {
        var named = variable(ProfileVariable);
        var folder = variable("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(variable("HOME") ?? "", ".config");
        var file = string.IsNullOrEmpty(named) ? Path.Combine(folder, "deployments", "profile.json") : named;
        if (!File.Exists(file))
        {
            return string.IsNullOrEmpty(named) ? _ => null : throw new CouldNotAskException($"There is no profile {file}, which {ProfileVariable} names");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new CouldNotAskException($"The profile {file} is open to others, and has a token: run `chmod 600 {file}`");
        }

        try
        {
            using var profile = JsonDocument.Parse(File.ReadAllBytes(file));
            var values = profile.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
            return name => values.GetValueOrDefault(name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CouldNotAskException($"The profile {file} cannot be read: it is to be an object such as {{\"url\": \"http://127.0.0.1:8004\", \"project\": \"demo\", \"token\": \"dst_...\"}}");
        }
    }
}
