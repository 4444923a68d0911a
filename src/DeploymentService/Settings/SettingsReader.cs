using System.Globalization;

namespace DeploymentService.Settings;

/// <summary>
/// Reads settings and collects what is wrong with them, so that a start reports every fault at once. The value of a setting is
/// repeated only where it cannot be a secret. What was read is what there is: whatever else stands in a section is refused.
/// </summary>
public sealed class SettingsReader
{
    private readonly IConfiguration _configuration;
    private readonly HashSet<string> _names;
    private readonly List<string> _faults = [];

    /// <summary>Takes the settings that are to be read.</summary>
    public SettingsReader(IConfiguration configuration)
        : this(configuration, new(StringComparer.OrdinalIgnoreCase))
    {
    }

    private SettingsReader(IConfiguration configuration, HashSet<string> names)
    {
        _configuration = configuration;
        _names = names;
    }

    /// <summary>All faults so far, one sentence each with the key and the repair.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The names of all settings that were read so far, given or not.</summary>
    public IReadOnlySet<string> Names => _names;

    /// <summary>A reader for a section that is not in use: its names are known all the same, and nobody minds what is wrong with it.</summary>
    public SettingsReader Unused() => new(_configuration, _names);

    /// <summary>A text; an absent or empty one is the default.</summary>
    public string Text(string key, string standard) => Value(key) is { Length: > 0 } value ? value : standard;

    /// <summary>A text that may be absent.</summary>
    public string? TextOrNull(string key) => Value(key) is { Length: > 0 } value ? value : null;

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key, bool standard)
    {
        var value = Value(key);
        if (string.IsNullOrEmpty(value))
        {
            return standard;
        }

        if (!bool.TryParse(value, out var flag))
        {
            AddError(key, $"is '{value}'", "use true or false");
        }

        return flag;
    }

    /// <summary>A whole number within limits, both included.</summary>
    public int Number(string key, int standard, int least, int most) => (int)Number(key, (long)standard, least, most);

    /// <summary>A whole number within limits, both included.</summary>
    public long Number(string key, long standard, long least, long most)
    {
        var value = Value(key);
        if (string.IsNullOrEmpty(value))
        {
            return standard;
        }

        if (!long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            AddError(key, $"is '{value}'", $"use a whole number from {least} to {most}");
            return standard;
        }

        return number;
    }

    /// <summary>One word of an enumeration; upper and lower case are the same.</summary>
    public T Choice<T>(string key, T standard)
        where T : struct, Enum
    {
        var value = Value(key);
        if (string.IsNullOrEmpty(value))
        {
            return standard;
        }

        foreach (var name in Enum.GetNames<T>())
        {
            if (name.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return Enum.Parse<T>(name);
            }
        }

        AddError(key, $"is '{value}'", $"use {string.Join(" or ", Enum.GetNames<T>())}");
        return standard;
    }

    /// <summary>Notes a fault.</summary>
    /// <param name="key">The key, as in a settings file.</param>
    /// <param name="what">What is wrong, as the end of a sentence that begins with the key.</param>
    /// <param name="repair">What to do about it.</param>
    public void AddError(string key, string what, string repair) => _faults.Add(Sentence(key, what, repair));

    /// <summary>A fault in words: the key, what is wrong with it, what to do, and its name in the environment.</summary>
    public static string Sentence(string key, string what, string repair) => $"{key} {what}: {repair} (environment: {EnvironmentName(key)})";

    /// <summary>Notes a fault that is a whole sentence.</summary>
    public void AddError(string sentence) => _faults.Add(sentence);

    /// <summary>Refuses to go on with faults.</summary>
    /// <exception cref="SettingsException">There is one at least; it names all.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new SettingsException(_faults);
        }
    }

    private string? Value(string key)
    {
        _names.Add(key);
        return _configuration[key];
    }

    // What the web server reads for itself has a prefix in the environment.
    private static string EnvironmentName(string key) =>
        (key is "urls" or "http_ports" or "https_ports" ? "ASPNETCORE_" + key.ToUpperInvariant() : key).Replace(":", "__", StringComparison.Ordinal);
}
