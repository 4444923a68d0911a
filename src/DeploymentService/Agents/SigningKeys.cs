using System.Text;
using DeploymentService.Storage;

namespace DeploymentService.Agents;

/// <summary>The keys of this process: those of the settings, or those beside the database.</summary>
public sealed class SigningKeys
{
    private readonly IReadOnlyList<SigningKey> _keys;
    private readonly TimeProvider _time;

    /// <summary>Reads the keys; the first start on a folder makes one.</summary>
    /// <exception cref="Settings.SettingsException">The file with the keys cannot be used.</exception>
    public SigningKeys(AgentsOptions options, DatabaseOptions database, TimeProvider time)
    {
        _time = time;
        _keys = options.SigningKey is { } current ? OfSettings(current, options.PreviousSigningKey) : OfFolder(database.Folder);
    }

    /// <summary>The key that new addresses are signed with.</summary>
    public byte[] Current => _keys[0].Secret;

    /// <summary>The keys whose addresses are accepted now.</summary>
    public IEnumerable<byte[]> Accepted()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return _keys.Where((key, place) => place == 0 || key.Until is null || key.Until > now).Select(key => key.Secret);
    }

    private static SigningKey[] OfSettings(string current, string? previous) =>
        [.. new[] { current, previous }.OfType<string>().Select(key => new SigningKey(Encoding.UTF8.GetBytes(key)))];

    private static IReadOnlyList<SigningKey> OfFolder(string folder)
    {
        var keys = SigningKeyFile.Read(folder);
        if (keys.Count == 0)
        {
            keys = [SigningKey.Make()];
            SigningKeyFile.Write(folder, keys);
        }

        return keys;
    }
}
