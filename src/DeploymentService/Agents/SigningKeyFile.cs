using System.Buffers.Text;
using System.Globalization;
using DeploymentService.Settings;
using DeploymentService.Storage;

namespace DeploymentService.Agents;

/// <summary>
/// The signing keys beside the database, mode 0600: one a line, <c>KEY</c> or <c>KEY until=TIME</c>. The first line signs; all lines are
/// accepted until their time.
/// </summary>
public static class SigningKeyFile
{
    private const string Name = "signing.keys";
    private const string UntilMark = " until=";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    /// <summary>The file in a folder.</summary>
    public static string In(string folder) => Path.Combine(folder, Name);

    /// <summary>The keys of a folder; none when there is no file yet.</summary>
    /// <exception cref="SettingsException">The file is there and cannot be used.</exception>
    public static IReadOnlyList<SigningKey> Read(string folder)
    {
        var file = In(folder);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            var keys = File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0).Select(Parse).ToList();
            return keys.Count > 0 ? keys : throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or UnauthorizedAccessException)
        {
            // Without what stands in it: it is a secret.
            throw new SettingsException([$"The signing keys in {file} cannot be read: restore the file from a backup, or delete it, which makes every agent URL worthless."]);
        }
    }

    /// <summary>Replaces the keys of a folder.</summary>
    public static void Write(string folder, IEnumerable<SigningKey> keys) => PrivateFiles.Write(In(folder), string.Concat(keys.Select(Format)));

    private static SigningKey Parse(string line)
    {
        var mark = line.IndexOf(UntilMark, StringComparison.Ordinal);
        var secret = Base64Url.DecodeFromChars(mark < 0 ? line : line[..mark]);
        return secret.Length == 32 ? new SigningKey(secret, mark < 0 ? null : Time(line[(mark + UntilMark.Length)..])) : throw new FormatException();
    }

    private static DateTime Time(string text) =>
        DateTime.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static string Format(SigningKey key)
    {
        var secret = Base64Url.EncodeToString(key.Secret);
        return key.Until is { } until ? $"{secret}{UntilMark}{until.ToString(TimeFormat, CultureInfo.InvariantCulture)}\n" : $"{secret}\n";
    }
}
