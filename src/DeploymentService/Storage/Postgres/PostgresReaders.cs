using System.Collections.Concurrent;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>Queries on pooled connections. A query that was broken off before its first row is asked once more, because a connection that lay in the pool may lead to a server that has gone.</summary>
internal sealed class PostgresReaders(PostgresDatabase database, PostgresFaults faults) : IDatabaseReader
{
    // The texts are constants, so these are a few dozen.
    private readonly ConcurrentDictionary<string, string> _limited = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
        where T : class
    {
        T? first = null;
        await RunAsync(query, key, most: 1, row =>
        {
            first = row;
            return false;
        });
        return first;
    }

    /// <inheritdoc />
    public async ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue)
    {
        var found = new List<T>();
        await RunAsync(query, key, most, row =>
        {
            found.Add(row);
            return true;
        });
        return found;
    }

    /// <inheritdoc />
    public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take) => RunAsync(query, key, most, take);

    private async ValueTask RunAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take)
    {
        if (most <= 0)
        {
            return;
        }

        var hasTaken = false;
        for (var isFirstTry = true; ; isFirstTry = false)
        {
            try
            {
                await TryAsync(query, key, most, row => take(row) | (hasTaken = true));
                return;
            }
            catch (NpgsqlException exception) when (isFirstTry && !hasTaken && PostgresFaults.IsBrokenOff(exception))
            {
                // Once more, on another connection.
            }
            catch (Exception exception) when (((IDatabaseFaults)faults).Unavailable(exception) is { } unavailable && unavailable != exception)
            {
                throw unavailable;
            }
        }
    }

    private async Task TryAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take)
    {
        await using var connection = await database.Readers.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        query.Bind(new PostgresParameters(command.Parameters), key);
        // A constant each: the driver knows a statement by its text.
        command.CommandText = most == int.MaxValue ? query.Sql : Limited(query.Sql, command.Parameters.Count + 1);
        if (most < int.MaxValue)
        {
            new PostgresParameters(command.Parameters).Add(most);
        }

        await using var reader = await command.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        while (await reader.ReadAsync() && take(query.Read(row)))
        {
            // The next one.
        }
    }

    private string Limited(string sql, int parameter) => _limited.GetOrAdd(sql, static (text, number) => $"{text} LIMIT ${number}", parameter);
}
