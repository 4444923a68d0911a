using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Storage;

/// <summary>The change was not taken and nothing of it was stored: the queue is full, the disk is, or the service is stopping. Trying again may help.</summary>
public sealed class WriterBusyException(string message, Exception? cause = null) : DatabaseUnavailableException(message, cause)
{
    /// <summary>Tells a fault of the database or its disk, which becomes a new exception of this type, from a fault of ours, which stays what it is.</summary>
    public static Exception OrFault(Exception exception) => SqliteFaults.Unavailable(exception) is { } known
        ? known as WriterBusyException ?? new WriterBusyException(known.Message, known.InnerException)
        : exception;
}
