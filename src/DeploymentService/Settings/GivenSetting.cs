using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace DeploymentService.Settings;

/// <summary>A setting that somebody has given.</summary>
/// <param name="Key">Its key, as in a settings file.</param>
/// <param name="Source">Where it stands.</param>
public sealed record GivenSetting(string Key, SettingSource Source)
{
    private const string ConnectionStrings = "ConnectionStrings:";

    /// <summary>All that have a value, each once, wherever they are from; an empty value is none. Nothing of a configuration that does not know its sources.</summary>
    public static IEnumerable<GivenSetting> All(IConfiguration configuration) => configuration is IConfigurationRoot root
        ? root.Providers.SelectMany(Of).OrderByDescending(setting => setting.Source).DistinctBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)
        : [];

    private static IEnumerable<GivenSetting> Of(IConfigurationProvider provider) => provider switch
    {
        ChainedConfigurationProvider chained => All(chained.Configuration),
        CommandLineConfigurationProvider => Under(provider, null, SettingSource.CommandLine),
        EnvironmentVariablesConfigurationProvider => Under(provider, null, SettingSource.Environment),
        _ => Under(provider, null, SettingSource.File),
    };

    // SQLCONNSTR_x and the like, which a hosting service sets and .NET reads as ConnectionStrings:x, and for some as ConnectionStrings:x_ProviderName too.
    private static bool IsOfAHostingService(string key) => key.StartsWith(ConnectionStrings, StringComparison.OrdinalIgnoreCase)
        && Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(variable => IsCalled(variable, key[ConnectionStrings.Length..]));

    private static bool IsCalled(string variable, string name) =>
        variable.Split("CONNSTR_", 2) is [_, var rest]
        && (rest.Equals(name, StringComparison.OrdinalIgnoreCase) || $"{rest}_ProviderName".Equals(name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<GivenSetting> Under(IConfigurationProvider provider, string? parent, SettingSource source)
    {
        foreach (var name in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var key = parent is null ? name : ConfigurationPath.Combine(parent, name);
            if (provider.TryGet(key, out var value) && value is { Length: > 0 } && !(source == SettingSource.Environment && IsOfAHostingService(key)))
            {
                yield return new(key, source);
            }

            foreach (var below in Under(provider, key, source))
            {
                yield return below;
            }
        }
    }
}

/// <summary>Where settings are given.</summary>
public enum SettingSource
{
    /// <summary>In a file, or by a program that hosts this one.</summary>
    File,

    /// <summary>In an environment variable.</summary>
    Environment,

    /// <summary>On the command line.</summary>
    CommandLine,
}
