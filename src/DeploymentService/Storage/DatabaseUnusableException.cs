using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage;

/// <summary>The service cannot start on its database. The message is for the operator: it says what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Says what a fault of SQLite at start means.</summary>
    /// <param name="file">The database.</param>
    /// <param name="exception">What SQLite says.</param>
    public static DatabaseUnusableException Of(string file, SqliteException exception) => new(
        exception.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT =>
                $"The file {file} is not a sound SQLite database: restore it from a backup, or name another file in ConnectionStrings:Deployments.",
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
                $"The database {file} is held by another program: stop that one, then start again.",
            _ => $"The database {file} cannot be used ({exception.Message}): see that the disk has room and that the service's user may write the file and its folder.",
        },
        exception);
}
