using System.Data;
using DeploymentService.Storage.Copy;
using Npgsql;
using NpgsqlTypes;

namespace DeploymentService.Storage.Postgres;

/// <summary>This engine's end of a copy: under the lock of all writers, so replicas that run answer 503 to whoever wants to write meanwhile.</summary>
internal sealed class PostgresCopy(PostgresDatabase database) : ICopyEngine
{
    /// <inheritdoc />
    public async Task<CopySession> ReadAsync()
    {
        // The lock has a transaction of its own: the snapshot is to be of a moment at which it is held already.
        var holder = await database.OpenMigratorAsync();
        var hold = await LockAsync(holder);
        var connection = await database.OpenMigratorAsync();
        return new Session(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead), (holder, hold));
    }

    /// <inheritdoc />
    public async Task<CopySession> WriteAsync()
    {
        var connection = await database.OpenMigratorAsync();
        return new Session(connection, await LockAsync(connection), hold: null);
    }

    private static async Task<NpgsqlTransaction> LockAsync(NpgsqlConnection connection)
    {
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(PostgresLoad.LockSql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        return transaction;
    }

    private sealed class Session(NpgsqlConnection connection, NpgsqlTransaction transaction, (NpgsqlConnection Connection, NpgsqlTransaction Transaction)? hold)
        : CopySession(connection, transaction)
    {
        private static readonly Dictionary<Type, NpgsqlDbType> Types = new()
        {
            [typeof(string)] = NpgsqlDbType.Text,
            [typeof(long)] = NpgsqlDbType.Bigint,
            [typeof(int)] = NpgsqlDbType.Integer,
            [typeof(bool)] = NpgsqlDbType.Boolean,
            [typeof(byte[])] = NpgsqlDbType.Bytea,
        };

        private readonly NpgsqlConnection _connection = connection;

        public override async Task WriteAsync(CopyTable table, IAsyncEnumerable<object?[]> rows)
        {
            await using var copy = await _connection.BeginBinaryImportAsync($"COPY \"{table.Name}\" ({table.ColumnList}) FROM STDIN (FORMAT BINARY)");
            await foreach (var row in rows)
            {
                await copy.StartRowAsync();
                for (var column = 0; column < row.Length; column++)
                {
                    await (row[column] is { } value ? copy.WriteAsync(value, Types[table.Columns[column].Type]) : copy.WriteNullAsync());
                }
            }

            await copy.CompleteAsync();
        }

        public override async Task CommitAsync()
        {
            await base.CommitAsync();
            // So that the first queries are not planned for empty tables.
            await using var command = new NpgsqlCommand("ANALYZE", _connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }

        protected override async ValueTask CloseAsync()
        {
            if (hold is { } held)
            {
                await held.Transaction.DisposeAsync();
                await held.Connection.DisposeAsync();
            }
        }
    }
}
