using System.Diagnostics;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// The one session of this process that writes. A batch is a transaction that begins with the lock of all writers and takes two round trips: one that locks and loads all
/// rows that the changes require, and one that saves what they decided and commits. A change that uses EF Core, or runs a statement, adds some of its own.
/// </summary>
internal sealed partial class PostgresWriteSession(PostgresDatabase database, PostgresFaults faults, ILogger logger) : IWriteSession
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // For the writer's thread, which has nothing else to do than to wait.
    private readonly ManualResetEventSlim _never = new();
    private readonly string _id = Guid.NewGuid().ToString();
    private NpgsqlConnection? _connection;
    private PostgresWriteTransaction? _transaction;
    private PostgresTurn? _turn;
    private long _batches;

    // Set by a notice of the server: the wait for the standby was cut short, so an answer to COMMIT does not say that the standby has it.
    private volatile bool _isDoubtful;

    /// <summary>What a try has come to.</summary>
    private enum Outcome
    {
        /// <summary>All is stored.</summary>
        Stored,

        /// <summary>Nothing is stored, and nobody is to blame but the way to the database.</summary>
        NotBegun,

        /// <summary>Nothing is stored: the server or a change refused.</summary>
        Refused,

        /// <summary>COMMIT was sent and not answered.</summary>
        Unknown,
    }

    /// <inheritdoc />
    public void AwaitTurn()
    {
        // A round trip more, which pays where another replica has written since the last batch: half as many batches, and twice as large.
        if (_turn is { IsContended: true } turn)
        {
            try
            {
                turn.Begin();
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                RollBack();
            }
        }
    }

    /// <inheritdoc />
    public CommitResult Commit(IReadOnlyList<Change> batch, WriterClock clock, TimeSpan patience)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var (outcome, exception) = Try(batch, clock, patience - Stopwatch.GetElapsedTime(begun));
            if (outcome == Outcome.Unknown)
            {
                Log.Unknown(logger, batch.Count, exception!.GetBaseException().Message);
                outcome = IsCommitted() ? Outcome.Stored : Outcome.NotBegun;
                Log.Known(logger, outcome == Outcome.Stored);
            }

            switch (outcome)
            {
                case Outcome.Stored:
                    return new(null, HasBegun: true);
                case Outcome.Refused:
                    return new(exception, HasBegun: true);
            }

            if (Stopwatch.GetElapsedTime(begun) + Pause >= patience)
            {
                var known = faults.Unavailable(exception!);
                return new(known as WriterBusyException ?? new WriterBusyException(known?.Message ?? PostgresFaults.IsUnreachable, exception), HasBegun: false);
            }

            _never.Wait(Pause);
        }
    }

    /// <inheritdoc />
    public void Tidy()
    {
    }

    /// <inheritdoc />
    public long LastEvent() => Asked("SELECT max(sequence) FROM deployment_events") ?? 0;

    /// <inheritdoc />
    public DateTime? LastTime() =>
        Asked("SELECT time FROM deployment_events ORDER BY sequence DESC LIMIT 1") is { } time ? UnixMilliseconds.ToUtc(time) : null;

    /// <inheritdoc />
    public void Close()
    {
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Disconnect();
        _never.Dispose();
    }

    /// <summary>Opens a connection, unless there is one.</summary>
    public void Connect()
    {
        if (_connection is null)
        {
            _connection = database.OpenWriter();
            _connection.Notice += (_, notice) => _isDoubtful |= notice.Notice.SqlState.StartsWith("01", StringComparison.Ordinal);
            _turn = new(_connection);
            _transaction = new(_connection, _turn);
        }
    }

    private (Outcome Outcome, Exception? Exception) Try(IReadOnlyList<Change> batch, WriterClock clock, TimeSpan patience)
    {
        var isCommitting = false;
        try
        {
            Connect();
            _transaction!.Begin(batch, clock, patience < database.LockTimeout ? patience : null);
            for (var next = 0; next < batch.Count; next++)
            {
                _transaction.Apply(batch, next);
            }

            isCommitting = true;
            _isDoubtful = false;
            Commit(_transaction.Committing(_id, ++_batches));
            return _isDoubtful ? (Outcome.Unknown, new NpgsqlException("The wait for the standby was cut short.")) : (Outcome.Stored, null);
        }
        catch (Exception exception)
        {
            var isAnswer = PostgresFaults.IsAnswer(exception);
            if (isCommitting && !isAnswer && exception is NpgsqlException or TimeoutException)
            {
                Disconnect();
                return (Outcome.Unknown, exception);
            }

            RollBack();
            if (PostgresFaults.IsLocked(exception))
            {
                EvictStuckWriters();
            }

            return (faults.Unavailable(exception) is null ? Outcome.Refused : Outcome.NotBegun, exception);
        }
    }

    /// <summary>
    /// Saves and commits. There is no limit to the time: to cancel a COMMIT that waits for the standby would make it visible without being safe. When it takes too long, somebody else
    /// may be the primary by now; then what is true is there.
    /// </summary>
    private void Commit(NpgsqlBatch batch)
    {
        var answer = batch.ExecuteNonQueryAsync();
        while (!Wait(answer, database.BusyTimeout))
        {
            if (PostgresCommitLock.IsFree(database))
            {
                // The old connection is left to itself: nobody can tell it anything.
                var old = _connection!;
                (_connection, _turn, _transaction) = (null, null, null);
                _ = answer.ContinueWith(
                    late =>
                    {
                        _ = late.Exception;
                        old.Dispose();
                    },
                    TaskScheduler.Default);
                throw new TimeoutException("COMMIT was not answered, and the lock of all writers is free.");
            }
        }
    }

    private static bool Wait(Task answer, TimeSpan limit)
    {
        // What it throws is thrown below.
        if (Task.WaitAny([answer], limit) == 0)
        {
            answer.GetAwaiter().GetResult();
            return true;
        }

        return false;
    }

    /// <summary>
    /// What became of the last batch: <see cref="PostgresCommitLock.LastBatch"/>. As long as nobody can tell, nothing else is written.
    /// </summary>
    private bool IsCommitted()
    {
        while (true)
        {
            try
            {
                Disconnect();
                Connect();
                _isDoubtful = false;
                var last = PostgresCommitLock.LastBatch(_connection!, _id);
                if (!_isDoubtful)
                {
                    return last == _batches;
                }
            }
            catch (Exception exception)
            {
                // Whatever it is: nothing else may be written before the answer is known.
                if (PostgresFaults.IsLocked(exception))
                {
                    EvictStuckWriters();
                }

                faults.Unavailable(exception);
                _never.Wait(Pause);
            }
        }
    }

    private void EvictStuckWriters()
    {
        try
        {
            Connect();
            PostgresCommitLock.EvictStuckWriters(_connection!, logger);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The next try says why.
            Disconnect();
        }
    }

    private long? Asked(string sql)
    {
        using var command = _connection!.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as long?;
    }

    private void RollBack()
    {
        try
        {
            _transaction?.Abandon();
            using var command = new NpgsqlCommand("ROLLBACK", _connection);
            command.ExecuteNonQuery();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // With its connection the transaction goes, too.
            Disconnect();
        }
    }

    private void Disconnect()
    {
        _transaction?.Dispose();
        _connection?.Dispose();
        (_transaction, _turn, _connection) = (null, null, null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Whether a batch of {Count} changes was stored is not known ({Reason}); it is looked up at the database, and nothing is written meanwhile")]
        public static partial void Unknown(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Information, "The batch was looked up; stored: {IsStored}")]
        public static partial void Known(ILogger logger, bool isStored);
    }
}
