using DeploymentService.Storage.Copy;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage.Sqlite;

/// <summary>This engine's end of a copy. The process has the file's lock, so nobody else writes.</summary>
internal sealed class SqliteCopy(SqliteDatabase database) : ICopyEngine
{
    /// <inheritdoc />
    public Task<CopySession> ReadAsync() => OpenAsync(deferred: true);

    /// <inheritdoc />
    public Task<CopySession> WriteAsync() => OpenAsync(deferred: false);

    private async Task<CopySession> OpenAsync(bool deferred)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return new Session(connection, connection.BeginTransaction(deferred));
    }

    private sealed class Session(SqliteConnection connection, SqliteTransaction transaction) : CopySession(connection, transaction)
    {
        private readonly SqliteTransaction _transaction = transaction;
        private readonly SqliteConnection _connection = connection;

        public override async Task WriteAsync(CopyTable table, IAsyncEnumerable<object?[]> rows)
        {
            await using var command = _connection.CreateCommand();
            command.Transaction = _transaction;
#pragma warning disable CA2100 // Names of the model.
            command.CommandText = $"INSERT INTO \"{table.Name}\" ({table.ColumnList}) VALUES ({string.Join(", ", table.Columns.Select((_, number) => $"$p{number}"))})";
#pragma warning restore CA2100
            var parameters = table.Columns.Select((_, number) => command.Parameters.AddWithValue($"$p{number}", DBNull.Value)).ToList();
            await command.PrepareAsync();
            await foreach (var row in rows)
            {
                for (var column = 0; column < row.Length; column++)
                {
                    parameters[column].Value = row[column] ?? DBNull.Value;
                }

                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
