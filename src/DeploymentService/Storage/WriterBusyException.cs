using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage;

/// <summary>The change was not taken and nothing of it was stored: the queue is full, the disk is, or the service is stopping. Trying again may help.</summary>
public sealed class WriterBusyException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Tells a fault that passes (another program holds the file, the disk is full), which becomes a new exception of this type, from a fault of ours, which stays what it is.</summary>
    public static Exception OrFault(Exception exception) => Cause(exception)?.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
            new WriterBusyException("The database is held by another program: try again in a moment.", exception),
        SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN =>
            new WriterBusyException("The disk takes no more data: try again when there is room.", exception),
        _ => exception,
    };

    // EF Core wraps what it meets when it saves.
    private static SqliteException? Cause(Exception exception) => exception as SqliteException ?? exception.InnerException as SqliteException;
}
