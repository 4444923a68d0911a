using DeploymentService.Settings;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// What a connection string of SQLite may say here: <c>Data Source=FILE</c>, and nothing that would lose data, do nothing, or not open. No part of
/// it is ever repeated, because a badly quoted password looks like any other part.
/// </summary>
internal static class SqliteConnectionText
{
    private const string Repair = "use `Data Source=FILE`";

    /// <summary>The absolute path of the file; empty when there is a fault, which the settings are told.</summary>
    public static string FileOf(string connectionString, string key, SettingsReader settings)
    {
        SqliteConnectionStringBuilder parts;
        try
        {
            parts = new(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            settings.AddError(key, "is not a connection string of SQLite", Repair);
            return "";
        }

        foreach (var (what, repair) in Faults(parts))
        {
            settings.AddError(key, what, repair);
        }

        return NamesFile(parts) ? Path.GetFullPath(parts.DataSource) : "";
    }

    private static IEnumerable<(string What, string Repair)> Faults(SqliteConnectionStringBuilder parts)
    {
        if (!NamesFile(parts) || parts.Mode is SqliteOpenMode.Memory or SqliteOpenMode.ReadOnly)
        {
            yield return ("names no file that can be written", $"{Repair}; the data must survive a restart");
        }

        if (parts.ShouldSerialize("Password"))
        {
            yield return ("has a Password, and this build of SQLite cannot encrypt", "take it out; the file is readable by the service's user alone");
        }

        if (parts.Cache == SqliteCacheMode.Shared)
        {
            yield return ("has Cache=Shared, with which reads and writes lock each other out", "take it out");
        }

        if (parts.ForeignKeys == false)
        {
            yield return ("switches Foreign Keys off, which the data relies on", "take it out");
        }

        if (parts.ShouldSerialize("Default Timeout"))
        {
            yield return ("has a Default Timeout, which does nothing here", "take it out and set Database:BusyTimeoutMilliseconds");
        }

        if (parts.ShouldSerialize("Vfs"))
        {
            yield return ("has a Vfs, and only SQLite's own keeps what was acknowledged", "take it out");
        }
    }

    private static bool NamesFile(SqliteConnectionStringBuilder parts) => parts.DataSource is var file
        && !string.IsNullOrWhiteSpace(file)
        && !file.Contains('\0', StringComparison.Ordinal)
        && !Path.EndsInDirectorySeparator(file)
        && !file.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase)
        && !file.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
        && !file.StartsWith("|DataDirectory|", StringComparison.OrdinalIgnoreCase);
}
