using System.Data.Common;

namespace DeploymentService.Storage.Copy;

/// <summary>Opens an engine's end of a copy.</summary>
public interface ICopyEngine
{
    /// <summary>Opens the database to read all of it. From here on nobody writes to it until the session is disposed of.</summary>
    /// <exception cref="DatabaseUnusableException">The database cannot be used, or the service has it.</exception>
    Task<CopySession> ReadAsync();

    /// <summary>Opens the database to fill it, in one transaction.</summary>
    /// <exception cref="DatabaseUnusableException">The database cannot be used, or a service has it.</exception>
    Task<CopySession> WriteAsync();
}

/// <summary>One transaction on a database that is copied.</summary>
/// <param name="connection">The connection.</param>
/// <param name="transaction">The transaction.</param>
public abstract class CopySession(DbConnection connection, DbTransaction transaction) : IAsyncDisposable
{
    /// <summary>How many rows a table has.</summary>
    public async Task<long> CountAsync(CopyTable table)
    {
        await using var command = Command($"SELECT count(*) FROM \"{table.Name}\"");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The rows of a table in the order of its key, each with the values of all columns.</summary>
    public async IAsyncEnumerable<object?[]> ReadAsync(CopyTable table)
    {
        await using var command = Command($"SELECT {table.ColumnList} FROM \"{table.Name}\" ORDER BY {table.KeyList}");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var values = new object?[table.Columns.Count];
            for (var column = 0; column < values.Length; column++)
            {
                values[column] = table.Columns[column].Value(reader.GetValue(column));
            }

            yield return values;
        }
    }

    /// <summary>Adds rows to a table.</summary>
    public abstract Task WriteAsync(CopyTable table, IAsyncEnumerable<object?[]> rows);

    /// <summary>All is as it should be.</summary>
    public virtual Task CommitAsync() => transaction.CommitAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of whatever else kept others from writing.</summary>
    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    private DbCommand Command(string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of the model.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.CommandTimeout = 0;
        return command;
    }
}
