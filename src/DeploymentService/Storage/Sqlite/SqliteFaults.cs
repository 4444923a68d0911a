using DeploymentService.Hosting;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// What SQLite's errors mean, in one place: for clients, for a start, and for the log. Every session tells it what it meets, so that damage is
/// remembered and logged once, whoever met it.
/// </summary>
public sealed partial class SqliteFaults(DatabaseOptions options, TimeProvider time, ILogger<SqliteFaults> logger) : IDatabaseFaults
{
    private const string IsDamaged = "The database is damaged: its operator has to restore it from a backup.";

    private readonly LogPause _pause = new(time);
    private string? _damage;

    /// <inheritdoc />
    public string? Damage => Volatile.Read(ref _damage);

    /// <summary><see cref="IDatabaseFaults.Unavailable"/>, where the error was taken note of.</summary>
    public static DatabaseUnavailableException? Unavailable(Exception exception) =>
        exception as DatabaseUnavailableException ?? (Cause(exception) is { } error && Sentence(error) is { } sentence ? new(sentence, error) : null);

    /// <summary>Says what an error at a start means, and what to do.</summary>
    public static DatabaseUnusableException Unusable(string file, SqliteException error) => new(
        error.SqliteErrorCode switch
        {
            raw.SQLITE_NOTADB => $"The file {file} is not a sound SQLite database: restore it from a backup, or name another file in ConnectionStrings:Deployments.",
            raw.SQLITE_CORRUPT => Damaged(file, error.Message),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"The database {file} is held by another program: stop that one, then start again.",
            _ => $"The database {file} cannot be used ({error.Message}): see that the disk has room and that the service's user may write the file and its folder.",
        },
        error);

    /// <summary>Says that a file is damaged, and what to do.</summary>
    public static string Damaged(string file, string reason) =>
        $"The database {file} is damaged ({reason}): restore it from a backup, or save what can be read of it with `sqlite3 {file} .recover`.";

    /// <inheritdoc />
    DatabaseUnavailableException? IDatabaseFaults.Unavailable(Exception exception)
    {
        if (Cause(exception) is { } error)
        {
            Note(error);
        }

        return Unavailable(exception);
    }

    /// <summary>Takes note of an error. Damage is remembered, and the log says once that it is there; that the disk fails it says once a minute.</summary>
    internal void Note(SqliteException error)
    {
        switch (error.SqliteErrorCode)
        {
            case raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB when Interlocked.CompareExchange(ref _damage, IsDamaged, null) is null:
                Log.IsDamaged(logger, Damaged(options.File!, error.Message));
                break;
            case raw.SQLITE_IOERR when _pause.IsOver():
                Log.DiskFails(logger, options.File!, error.Message, error.SqliteExtendedErrorCode);
                break;
        }
    }

    // EF Core wraps what a change throws.
    private static SqliteException? Cause(Exception exception) => exception as SqliteException ?? exception.InnerException as SqliteException;

    private static string? Sentence(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "The database is held by another program: try again in a moment.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => IsDamaged,
        raw.SQLITE_IOERR => "The disk fails to read or to write: try again in a moment.",
        raw.SQLITE_CANTOPEN => "The database file cannot be opened: try again in a moment.",
        raw.SQLITE_FULL or raw.SQLITE_READONLY => "The disk takes no more data: try again when there is room.",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "{Sentence} Until then requests that meet the damage are answered 503, and so are questions for the service's health")]
        public static partial void IsDamaged(ILogger logger, string sentence);

        [LoggerMessage(LogLevel.Error, "The disk of {File} fails ({Reason}, extended code {Code}): requests that meet it are answered 503; this is said once a minute")]
        public static partial void DiskFails(ILogger logger, string file, string reason, int code);
    }
}
