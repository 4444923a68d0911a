using System.Buffers.Text;
using System.Globalization;
using DeploymentService.Settings;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>
/// The file in which earlier versions kept the signing keys beside the database: one a line, <c>KEY</c> or <c>KEY until=TIME</c>, the first of which signs. It is
/// read once, for a database that has no keys yet, and never written.
/// </summary>
internal static class SigningKeyFile
{
    private const string Name = "signing.keys";
    private const string UntilMark = " until=";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    /// <summary>The keys of a folder; none when there is no file.</summary>
    /// <param name="folder">Where the database is.</param>
    /// <param name="now">When they are read, UTC.</param>
    /// <exception cref="SettingsException">The file is there and cannot be used.</exception>
    public static IReadOnlyList<SigningKey> Read(string folder, DateTime now)
    {
        var file = Path.Combine(folder, Name);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            var keys = File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => Parse(line, now)).ToList();
            return keys.Count > 0 ? keys : throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or UnauthorizedAccessException)
        {
            // Without what stands in it: it is a secret.
            throw new SettingsException([$"The signing keys in {file} cannot be read: restore the file from a backup, or delete it, which makes every agent URL worthless."]);
        }
    }

    private static SigningKey Parse(string line, DateTime now)
    {
        var mark = line.IndexOf(UntilMark, StringComparison.Ordinal);
        var secret = Base64Url.DecodeFromChars(mark < 0 ? line : line[..mark]);
        return secret.Length == 32
            ? new() { Secret = secret, CreationTime = now, Until = mark < 0 ? null : Time(line[(mark + UntilMark.Length)..]) }
            : throw new FormatException();
    }

    private static DateTime Time(string text) =>
        DateTime.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
