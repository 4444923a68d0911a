using DeploymentService.Settings;

namespace DeploymentService.Host;

/// <summary>
/// Refuses settings that nothing reads, so that a misspelt one does not leave its default in force. The command line is the service's alone;
/// in files and in the environment others have settings too, so there only the service's own sections count.
/// </summary>
public sealed class UnknownSettings
{
    // The service has settings of its own in it, beside those of the host.
    private const string SharedSection = "Logging";

    private static readonly string[] SectionsOfTheHost = [SharedSection, "Kestrel", "hostBuilder"];

    private static readonly HashSet<string> NamesOfTheHost = new(StringComparer.OrdinalIgnoreCase)
    {
        WebHostDefaults.ApplicationKey, WebHostDefaults.CaptureStartupErrorsKey, WebHostDefaults.ContentRootKey, WebHostDefaults.DetailedErrorsKey,
        WebHostDefaults.EnvironmentKey, WebHostDefaults.HostingStartupAssembliesKey, WebHostDefaults.HostingStartupExcludeAssembliesKey,
        WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey, WebHostDefaults.PreferHostingUrlsKey, WebHostDefaults.PreventHostingStartupKey,
        WebHostDefaults.ServerUrlsKey, WebHostDefaults.ShutdownTimeoutKey, WebHostDefaults.StartupAssemblyKey, WebHostDefaults.StaticWebAssetsKey,
        WebHostDefaults.SuppressStatusMessagesKey, WebHostDefaults.WebRootKey, "AllowedHosts", "forwardedHeaders_enabled", "https_port",
    };

    private readonly IReadOnlySet<string> _names;
    private readonly List<string> _sections;

    private UnknownSettings(IReadOnlySet<string> names)
    {
        _names = names;
        _sections = [.. names.Where(name => name.Contains(':', StringComparison.Ordinal)).Select(SectionOf).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Refuses every setting that the reader has not read and the host does not know.</summary>
    public static void Check(SettingsReader reader, IConfiguration configuration)
    {
        var known = new UnknownSettings(reader.Names);
        foreach (var setting in GivenSetting.All(configuration).Where(known.HasErrors))
        {
            if (setting.Source == SettingSource.CommandLine)
            {
                reader.AddError(known.Sentence(setting.Key, ProgramArguments.Questions));
            }
            else
            {
                reader.AddError(setting.Key, "is no setting of this service", known.Repair("", setting.Key, []));
            }
        }
    }

    /// <summary>A sentence about each setting of a command line that nobody knows.</summary>
    /// <param name="arguments">The arguments, settings all of them.</param>
    /// <param name="options">The options that the command has beside the settings.</param>
    public static IReadOnlyList<string> OnCommandLine(IEnumerable<string> arguments, IReadOnlyCollection<string> options)
    {
        var known = new UnknownSettings(ServiceSettings.Names());
        var given = GivenSetting.All(new ConfigurationBuilder().AddCommandLine([.. arguments]).Build());
        return [.. given.Where(known.HasErrors).Select(setting => known.Sentence(setting.Key, options))];
    }

    private bool HasErrors(GivenSetting setting) => !IsKnown(setting.Key) && setting.Source switch
    {
        SettingSource.CommandLine => true,
        _ when setting.Key.Contains(':', StringComparison.Ordinal) && _sections.Contains(SectionOf(setting.Key), StringComparer.OrdinalIgnoreCase) => true,
        // Whatever it is called, it is somebody else's variable: API=…
        SettingSource.Environment => false,
        _ => NearestName.Find(SectionOf(setting.Key), [.. _sections, .. _names.Where(name => !name.Contains(':', StringComparison.Ordinal))]) is not null,
    };

    private bool IsKnown(string key) => _names.Contains(key) || NamesOfTheHost.Contains(key) || IsOfTheHost(key.Split(':'));

    private static bool IsOfTheHost(string[] parts) => parts.Length > 1
        && SectionsOfTheHost.Contains(parts[0], StringComparer.OrdinalIgnoreCase)
        && (parts.Length > 2 || !parts[0].Equals(SharedSection, StringComparison.OrdinalIgnoreCase));

    private string Sentence(string key, IEnumerable<string> options) => $"--{key} is no setting of this service: {Repair("--", key, options)}";

    private string Repair(string prefix, string key, IEnumerable<string> options)
    {
        var names = _names.Append(WebHostDefaults.ServerUrlsKey).Select(name => prefix + name).ToList();
        var meant = NearestName.Find(prefix + key, [.. names, .. options]) ?? names.FirstOrDefault(name => LastOf(name).Equals(LastOf(key), StringComparison.OrdinalIgnoreCase));
        if (meant is not null)
        {
            return $"did you mean {meant}?";
        }

        return NearestName.Find(SectionOf(key), _sections) is { } section
            ? $"the settings of {section} are {string.Join(", ", _names.Where(name => IsIn(section, name)).Order(StringComparer.Ordinal))}"
            : $"`{ProgramArguments.Program} --help` lists all";
    }

    private static bool IsIn(string section, string name) => name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    private static string SectionOf(string key) => key.Split(':', 2)[0];

    private static string LastOf(string key) => key[(key.LastIndexOf(':') + 1)..];
}
