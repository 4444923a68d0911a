using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>Questions about the lock of all writers, <c>commit_lock</c>: who has it, and what was committed under it.</summary>
internal static partial class PostgresCommitLock
{
    private const string LastBatchSql = "SELECT number FROM writer_batches WHERE writer_id = $1";

    private const string EvictSql = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = $1 AND usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()
        AND xact_start < clock_timestamp() - interval '2.5 seconds' AND wait_event IN ('ClientRead', 'ClientWrite')
        """;

    /// <summary>
    /// The last batch that a writer has committed; 0 for none. Whoever has the lock knows that each earlier transaction has ended. The question ends with COMMIT, which waits for
    /// the standby: then all that was committed before it is there, too.
    /// </summary>
    /// <exception cref="NpgsqlException">The lock cannot be had, or the database not be reached.</exception>
    public static long LastBatch(NpgsqlConnection connection, string writerId)
    {
        using var question = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("BEGIN"), new(PostgresLoad.LockSql), new(LastBatchSql) { Parameters = { new() { Value = writerId } } }, new("COMMIT") },
        };
        var number = 0L;
        using var reader = question.ExecuteReader();
        // Behind the answer of the lock.
        if (reader.NextResult() && reader.Read())
        {
            number = reader.GetInt64(0);
        }

        // An error of COMMIT comes here.
        while (reader.NextResult())
        {
        }

        return number;
    }

    /// <summary>Whether the lock can be had at the present primary: then whatever transaction held it there has ended.</summary>
    public static bool IsFree(PostgresDatabase database)
    {
        try
        {
            using var connection = database.OpenWriter();
            LastBatch(connection, "");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>
    /// Ends the sessions of writers that have held the lock for as long as it is waited for, and are not at work: their process is paused, or its machine gone. One that is paused
    /// while it sends is not idle for the server, so its own limit does not end it. One that waits for the standby is left alone.
    /// </summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static void EvictStuckWriters(NpgsqlConnection connection, ILogger logger)
    {
        using var command = new NpgsqlCommand(EvictSql, connection) { Parameters = { new() { Value = PostgresDatabase.WriterName } } };
        if (command.ExecuteScalar() is long evicted and > 0)
        {
            Log.Evicted(logger, evicted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Count} writers held the lock of all writers without being at work; their sessions were ended")]
        public static partial void Evicted(ILogger logger, long count);
    }
}
