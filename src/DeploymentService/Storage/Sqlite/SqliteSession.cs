using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// One open connection and the statements that were prepared on it, each once. One thread at a time may use it: the writer's thread
/// owns one, and a reader borrows one from <see cref="SqliteReaders"/>.
/// </summary>
public sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteFaults _faults;
    // SQL texts are constants, so the reference tells them apart without hashing hundreds of characters.
    private readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes a connection that is open.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="faults">Is told of every error.</param>
    internal SqliteSession(SqliteConnection connection, SqliteFaults faults) => (_connection, _faults) = (connection, faults);

    /// <summary>The connection, for EF Core beside the statements.</summary>
    internal SqliteConnection Connection => _connection;

    /// <summary>How long a statement waits for whoever else holds the database.</summary>
    internal void SetPatience(TimeSpan patience) => raw.sqlite3_busy_timeout(_connection.Handle!, (int)patience.TotalMilliseconds);

    /// <summary>The prepared statement of a constant SQL text.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(_connection.Handle!, sql, _faults);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs SQL that is needed once and answers nothing.</summary>
    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text comes from this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        Noted(command.ExecuteNonQuery);
    }

    /// <summary>The whole number that a query answers.</summary>
    public long Number(string sql)
    {
        var row = Prepare(sql);
        var number = row.Step() ? row.Integer(0) : 0;
        row.Reset();
        return number;
    }

    /// <summary>How many pages were written by this connection, in WAL mode to the journal. Wraps around.</summary>
    public int PagesWritten
    {
        get
        {
            Check(raw.sqlite3_db_status(_connection.Handle!, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 0));
            return pages;
        }
    }

    /// <summary>Moves the journal into the database file.</summary>
    /// <param name="mode">One of SQLite's <c>SQLITE_CHECKPOINT_…</c>.</param>
    /// <param name="pages">Pages in the journal.</param>
    /// <param name="moved">How many of them are in the file now.</param>
    /// <exception cref="SqliteException">The disk failed, or another connection does the same at this moment.</exception>
    public void Checkpoint(int mode, out int pages, out int moved) =>
        Check(raw.sqlite3_wal_checkpoint_v2(_connection.Handle!, "main", mode, out pages, out moved));

    /// <summary>
    /// Undoes the transaction, if there still is one: SQLite ends it by itself when the disk is full. A statement that was left before its
    /// last row is made ready too; otherwise it could never be bound again.
    /// </summary>
    public void RollBack()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
        {
            Prepare("ROLLBACK").Execute();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private void Check(int result) => Noted(() =>
    {
        SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        return result;
    });

    private void Noted(Func<int> call)
    {
        try
        {
            call();
        }
        catch (SqliteException error)
        {
            _faults.Note(error);
            throw;
        }
    }
}
