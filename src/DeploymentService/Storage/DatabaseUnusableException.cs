using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage;

/// <summary>The service cannot start on its database. The message is for the operator: it says what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when another process has the file.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Says what a fault of SQLite at start means.</summary>
    /// <param name="file">The database.</param>
    /// <param name="exception">What SQLite says.</param>
    public static DatabaseUnusableException Of(string file, SqliteException exception) => SqliteFaults.Unusable(file, exception);
}
