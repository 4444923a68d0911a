using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage.Sqlite;

/// <summary>The one session that writes: a transaction a batch, and the journal's checkpoints between batches.</summary>
internal sealed partial class SqliteWriteSession(SqliteSession session, SqliteCheckpointer checkpointer, ILogger logger) : IWriteSession
{
    // Telling SQLite costs a call a batch; patience differs by more than this only behind a foreign lock.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);

    private readonly SqliteWriteTransaction _transaction = new(session);
    private TimeSpan _patience = Timeout.InfiniteTimeSpan;

    /// <inheritdoc />
    public void AwaitTurn()
    {
        // Only programs that hold the file now and then are waited for, and each change for as long as it may.
    }

    /// <inheritdoc />
    public CommitResult Commit(IReadOnlyList<Change> batch, WriterClock clock, TimeSpan patience)
    {
        var hasBegun = false;
        try
        {
            SetPatience(patience);
            // Deferred, two writers would both read and the second be refused with SQLITE_BUSY_SNAPSHOT.
            session.Prepare("BEGIN IMMEDIATE").Execute();
            hasBegun = true;
            _transaction.Begin(clock.Next());
            // Not foreach: over an interface it allocates.
            for (var next = 0; next < batch.Count; next++)
            {
                _transaction.Apply(batch[next]);
            }

            session.Prepare("COMMIT").Execute();
            return new(null, HasBegun: true);
        }
        catch (Exception exception)
        {
            session.RollBack();
            return new(SqliteFaults.Unavailable(exception) is { } known ? known as WriterBusyException ?? new WriterBusyException(known.Message, known.InnerException) : exception, hasBegun);
        }
    }

    /// <inheritdoc />
    public void Tidy() => checkpointer.AfterCommit(session);

    /// <inheritdoc />
    public long LastEvent() => SqliteEventRows.LastNumber(session);

    /// <inheritdoc />
    public DateTime? LastTime() => SqliteEventRows.LastTime(session);

    /// <summary>Moves the journal into the file, so that a copy of the stopped service's file is whole.</summary>
    public void Close()
    {
        checkpointer.Stop();
        try
        {
            session.Run("PRAGMA wal_checkpoint(TRUNCATE);");
        }
        catch (SqliteException exception)
        {
            Log.JournalRemains(logger, exception);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _transaction.Dispose();
        session.Dispose();
    }

    private void SetPatience(TimeSpan patience)
    {
        if ((patience - _patience).Duration() > Tolerance || patience < Tolerance)
        {
            session.SetPatience(patience);
            _patience = patience;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The journal stays beside the database file until the next start: a copy has to take both")]
        public static partial void JournalRemains(ILogger logger, Exception exception);
    }
}

/// <summary>Opens the session that writes.</summary>
internal sealed class SqliteWriteEngine(
    SqliteDatabase database, SqliteContexts contexts, SqliteCheckpointer checkpointer, FreeSpace space, ILogger<SqliteWriteEngine> logger) : IWriteEngine
{
    /// <inheritdoc />
    // This process holds the file's lock.
    public bool IsShared => false;

    /// <inheritdoc />
    public TimeSpan Patience => database.BusyTimeout;

    /// <inheritdoc />
    public void Admit(SpaceNeed need) => space.Admit(need);

    /// <inheritdoc />
    public Task PrepareModelAsync() => contexts.PrepareAsync();

    /// <inheritdoc />
    public IWriteSession Open()
    {
        try
        {
            return new SqliteWriteSession(database.OpenWriter(), checkpointer, logger);
        }
        catch (SqliteException exception)
        {
            throw SqliteFaults.Unusable(database.File, exception);
        }
    }
}
