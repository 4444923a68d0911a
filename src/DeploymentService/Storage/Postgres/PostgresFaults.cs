using System.Net.Sockets;
using DeploymentService.Hosting;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// What PostgreSQL's errors mean, in one place: for clients, for a start, for the log, and for the writer, which has to know whether a transaction may have been
/// committed. The codes are those of the server's manual, appendix A.
/// </summary>
internal sealed partial class PostgresFaults(TimeProvider time, ILogger<PostgresFaults> logger) : IDatabaseFaults
{
    /// <summary>What clients are told when there is no way to the database.</summary>
    public const string IsUnreachable = "The database cannot be reached: try again in a moment.";

    /// <summary>What clients are told when an answer takes longer than anybody waits for it.</summary>
    public const string TookTooLong = "The database took too long to answer: try again in a moment.";

    private const string IsDamaged = "The database is damaged: its operator has to restore it from a backup.";

    private const string IdleInTransactionTimeout = "25P03";

    private readonly LogPause _pause = new(time);
    private string? _damage;

    /// <inheritdoc />
    public string? Damage => Volatile.Read(ref _damage);

    /// <summary>True when the connection, or what it led to, is gone: another one may do.</summary>
    public static bool IsBrokenOff(NpgsqlException exception) => exception is not PostgresException server || EndsSession(server) || server.SqlState
        is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
        or PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionTimeout || server.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>True when the server itself said that a statement failed, and the connection stands: then what was sent behind that statement was not done.</summary>
    public static bool IsAnswer(Exception exception) => exception is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>True when somebody else has held the lock of all writers for too long.</summary>
    public static bool IsLocked(Exception exception) => Cause(exception) is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>Says what an error at a start means, and what to do.</summary>
    public static DatabaseUnusableException Unusable(string database, NpgsqlException error) => new(
        (error as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"The database {database} does not let the service in ({Reason(error)}): see Username and Password in ConnectionStrings:Deployments, and the server's pg_hba.conf.",
            PostgresErrorCodes.InvalidCatalogName => $"There is no database {database}: make it with `createdb`, or name another one in ConnectionStrings:Deployments.",
            PostgresErrorCodes.InsufficientPrivilege => $"The service may not change the database {database} ({Reason(error)}): its user has to own the database.",
            null => $"The database {database} cannot be reached ({Reason(error)}): see that its server runs, and Host and Port in ConnectionStrings:Deployments.",
            _ => $"The database {database} cannot be used ({Reason(error)}).",
        },
        error);

    /// <inheritdoc />
    public DatabaseUnavailableException? Unavailable(Exception exception)
    {
        if (exception is DatabaseUnavailableException known)
        {
            return known;
        }

        if (Cause(exception) is not { } error || Sentence(error) is not { } sentence)
        {
            return null;
        }

        Note(error, sentence);
        return new(sentence, error);
    }

    // EF Core wraps what a statement throws, and wraps what may be over in a moment once more.
    private static NpgsqlException? Cause(Exception? exception) => exception as NpgsqlException ?? (exception is null ? null : Cause(exception.InnerException));

    private static string? Sentence(NpgsqlException error) => error is not PostgresException { SqlState: var state }
        ? IsUnreachable
        : state switch
        {
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                => "The database is held by another program: try again in a moment.",
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => IsDamaged,
            PostgresErrorCodes.IoError or PostgresErrorCodes.SystemError or PostgresErrorCodes.UndefinedFile => "The disk of the database fails to read or to write: try again in a moment.",
            PostgresErrorCodes.DiskFull => "The disk of the database takes no more data: try again when there is room.",
            PostgresErrorCodes.QueryCanceled => TookTooLong,
            PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionTimeout or PostgresErrorCodes.InvalidCatalogName => IsUnreachable,
            _ when state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("28", StringComparison.Ordinal) => IsUnreachable,
            _ when state.StartsWith("53", StringComparison.Ordinal) => "The database has no more room or connections: try again in a moment.",
            // A session that cannot begin, because a file of its own has no room for example, has whatever code the server finds for it.
            _ when EndsSession((PostgresException)error) => IsUnreachable,
            _ => null,
        };

    private static bool EndsSession(PostgresException error) => error.InvariantSeverity is "FATAL" or "PANIC";

    private static string Reason(NpgsqlException error) => error is PostgresException server ? server.MessageText
        : error.InnerException is SocketException socket ? socket.Message
        : error.InnerException?.Message ?? error.Message;

    private void Note(NpgsqlException error, string sentence)
    {
        if (sentence == IsDamaged && Interlocked.CompareExchange(ref _damage, IsDamaged, null) is null)
        {
            Log.IsDamaged(logger, Reason(error));
        }
        else if (_pause.IsOver())
        {
            Log.Fails(logger, Reason(error), (error as PostgresException)?.SqlState);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "The database is damaged ({Reason}): restore it from a backup. Until then requests that meet the damage are answered 503, and so are questions for the service's health")]
        public static partial void IsDamaged(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The database fails ({Reason}, code {Code}): requests that meet it are answered 503; this is said once a minute")]
        public static partial void Fails(ILogger logger, string reason, string? code);
    }
}
