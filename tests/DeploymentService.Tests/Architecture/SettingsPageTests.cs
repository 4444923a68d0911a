using System.Text.RegularExpressions;
using DeploymentService.Host;
using DeploymentService.Settings;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace DeploymentService.Tests.Architecture;

/// <summary>The page of settings and the settings are the same.</summary>
public sealed partial class SettingsPageTests
{
    // What ASP.NET Core reads for itself; the service only looks at it.
    private static readonly string[] OfTheWebServer = ["http_ports", "https_ports", "Kestrel:Endpoints"];

    [Fact]
    public void The_table_has_every_setting_that_is_read()
    {
        var page = File.ReadAllText(SourceTree.At("src/docs/settings.md"));
        var rows = Row().Matches(page).Select(row => (Key: row.Groups["key"].Value, Variable: row.Groups["variable"].Value)).ToList();
        var settings = new Recorder();
        ServiceSettings.Read(settings);
        // The settings of Keystone are read in its mode alone, and some of them have no default.
        settings.Mode = "Keystone";
        Assert.Throws<SettingsException>(() => ServiceSettings.Read(settings));

        Assert.Equal(settings.Asked.Except(OfTheWebServer).Order(StringComparer.Ordinal), rows.Select(row => row.Key).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(row.Key == "urls" ? "ASPNETCORE_URLS" : row.Key.Replace(":", "__", StringComparison.Ordinal), row.Variable));
    }

    [GeneratedRegex("^\\| `(?<key>[A-Za-z_:]+)` \\| `(?<variable>[A-Za-z_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>Settings without a value but the mode, which remember what they were asked for.</summary>
    private sealed class Recorder : IConfiguration
    {
        private readonly IConfiguration _empty = new ConfigurationBuilder().Build();

        public HashSet<string> Asked { get; } = [];

        public string? Mode { get; set; }

        public string? this[string key]
        {
            get
            {
                Asked.Add(key);
                return key == "Authentication:Mode" ? Mode : null;
            }
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key)
        {
            Asked.Add(key);
            return _empty.GetSection(key);
        }

        public IEnumerable<IConfigurationSection> GetChildren() => _empty.GetChildren();

        public IChangeToken GetReloadToken() => _empty.GetReloadToken();
    }
}
