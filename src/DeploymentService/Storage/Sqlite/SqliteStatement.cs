using System.Globalization;
using System.Text;
using DeploymentService.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// A prepared statement that binds and reads UTF-8 without going through strings, ADO.NET parameters or boxes. On the write
/// path that is the difference between 37,600 and 46,400 updates a second (decision 0002). Not safe for two threads: a statement
/// belongs to the session that prepared it. Parameters count from 1, columns from 0, as in SQLite.
/// </summary>
public sealed class SqliteStatement : IParameters, IRow, IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int[] _named;
    private int _added;
    private readonly SqliteFaults _faults;

    internal SqliteStatement(sqlite3 database, string sql, SqliteFaults faults)
    {
        _database = database;
        _faults = faults;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        // $1 is a name to SQLite, which numbers names in the order of their first use.
        _named = new int[raw.sqlite3_bind_parameter_count(_statement)];
        for (var number = 0; number < _named.Length; number++)
        {
            _named[number] = raw.sqlite3_bind_parameter_index(_statement, string.Create(CultureInfo.InvariantCulture, $"${number + 1}"));
        }
    }

    /// <summary>Begins to bind the parameters <c>$1</c>, <c>$2</c> and so on, in their order.</summary>
    public IParameters Parameters()
    {
        _added = 0;
        return this;
    }

    /// <inheritdoc />
    IParameters IParameters.Add(string? value) => Bind(_named[_added++], value);

    /// <inheritdoc />
    IParameters IParameters.Add(long? value) => Bind(_named[_added++], value);

    /// <inheritdoc />
    IParameters IParameters.Add(DateTime? value) => Bind(_named[_added++], value);

    /// <inheritdoc />
    IParameters IParameters.Add(byte[] value) => Bind(_named[_added++], value);

    /// <summary>Binds a text or NULL.</summary>
    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, parameter));
            return this;
        }

        if (value.Length <= 512)
        {
            Span<byte> utf8 = stackalloc byte[value.Length * 3];
            return BindText(parameter, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        }

        return BindText(parameter, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Binds a JSON text or NULL.</summary>
    public SqliteStatement Bind(int parameter, JsonText? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, parameter));
            return this;
        }

        return BindText(parameter, value.Utf8.Span);
    }

    /// <summary>Binds an integer or NULL.</summary>
    public SqliteStatement Bind(int parameter, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, parameter, number) : raw.sqlite3_bind_null(_statement, parameter));
        return this;
    }

    /// <summary>Binds a truth value.</summary>
    public SqliteStatement Bind(int parameter, bool value) => Bind(parameter, value ? 1L : 0L);

    /// <summary>Binds a time as <see cref="UnixMilliseconds"/> or NULL.</summary>
    public SqliteStatement Bind(int parameter, DateTime? utc) =>
        Bind(parameter, utc is { } time ? UnixMilliseconds.From(time) : (long?)null);

    /// <summary>Binds bytes.</summary>
    public SqliteStatement Bind(int parameter, byte[] value)
    {
        Check(raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <summary>Runs to the next row. False when there is none; then the statement is ready to be bound and run again.</summary>
    /// <exception cref="SqliteException">The database refused; the statement is ready to be run again.</exception>
    public bool Step()
    {
        switch (raw.sqlite3_step(_statement))
        {
            case raw.SQLITE_ROW:
                return true;
            case raw.SQLITE_DONE:
                Reset();
                return false;
            default:
                var error = LastError();
                Reset();
                throw error;
        }
    }

    /// <summary>Runs a statement that answers no rows, to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">The database refused.</exception>
    public int Execute()
    {
        while (Step())
        {
            // A row that nobody asked for.
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Runs a statement that inserts one row.</summary>
    /// <returns>The integer primary key of the row.</returns>
    /// <exception cref="SqliteException">The database refused.</exception>
    public long ExecuteInsert()
    {
        Execute();
        return raw.sqlite3_last_insert_rowid(_database);
    }

    /// <summary>Ends a reading before its last row.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    /// <summary>True when the column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A text column that is never NULL.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    /// <summary>A text column that may be NULL.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>A JSON column that is never NULL.</summary>
    public JsonText Json(int column) => new(Utf8(column).ToArray());

    /// <summary>A JSON column that may be NULL.</summary>
    public JsonText? JsonOrNull(int column) => IsNull(column) ? null : Json(column);

    /// <summary>An integer column.</summary>
    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>An integer column that may be NULL.</summary>
    public long? IntegerOrNull(int column) => IsNull(column) ? null : Integer(column);

    /// <summary>A truth value that is never NULL.</summary>
    public bool Flag(int column) => Integer(column) != 0;

    /// <summary>A time column that is never NULL.</summary>
    public DateTime Time(int column) => UnixMilliseconds.ToUtc(Integer(column));

    /// <summary>A time column that may be NULL.</summary>
    public DateTime? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    /// <summary>A column of bytes.</summary>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    /// <inheritdoc />
    public void Dispose() => _statement.Dispose();

    // A TEXT column read as a blob gives its bytes as they are stored: the database's encoding is UTF-8.
    private ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(_statement, column);

    private SqliteStatement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        Check(raw.sqlite3_bind_text(_statement, parameter, utf8));
        return this;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw LastError();
        }
    }

    private SqliteException LastError()
    {
        var code = raw.sqlite3_errcode(_database);
        var error = new SqliteException(
            $"SQLite error {code}: {raw.sqlite3_errmsg(_database).utf8_to_string()}", code, raw.sqlite3_extended_errcode(_database));
        _faults.Note(error);
        return error;
    }
}
