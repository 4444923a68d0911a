using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Looks for damage in a database file before anything is built on it. A start has little time: what is not looked at within it is found, if it is
/// damaged, when it is read.
/// </summary>
internal static class SqliteFileCheck
{
    // About 300 MB of a file that the system has in memory.
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(250);

    /// <summary>What is damaged; null when nothing was found.</summary>
    /// <exception cref="SqliteException">Not even that can be found out.</exception>
    public static string? FindDamage(SqliteConnection connection)
    {
        var begun = TimeProvider.System.GetTimestamp();
        raw.sqlite3_progress_handler(connection.Handle!, 1000, _ => TimeProvider.System.GetElapsedTime(begun) > Time ? 1 : 0, null);
        try
        {
            return FindAnyDamage(connection);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            return null;
        }
        finally
        {
            raw.sqlite3_progress_handler(connection.Handle!, 0, null, null);
        }
    }

    /// <summary>The same of every page, however long it takes.</summary>
    /// <exception cref="SqliteException">Not even that can be found out.</exception>
    public static string? FindAnyDamage(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return command.ExecuteScalar() is string found && found != "ok" ? found.ReplaceLineEndings(" ") : null;
    }
}
