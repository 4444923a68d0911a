using System.Collections.Concurrent;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>Queries on pooled connections. A query that was broken off before its first row is asked once more, because a connection that lay in the pool may lead to a server that has gone.</summary>
internal sealed class PostgresReaders(PostgresDatabase database, PostgresFaults faults) : IDatabaseReader
{
    // The texts are constants, so these are a few dozen.
    private readonly ConcurrentDictionary<object, (string One, string Some)> _limited = new(ReferenceEqualityComparer.Instance);

    // And so are the queries.
    private readonly ConcurrentDictionary<object, object> _shared = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc />
    public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
        where T : class =>
        ((SharedRoundTrips<TKey, T>)_shared.GetOrAdd(
            query, static (query, readers) => new SharedRoundTrips<TKey, T>((Query<TKey, T>)query, readers), this)).FirstAsync(key);

    /// <inheritdoc />
    public ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
        where T : class
    {
        if (keys.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        var answered = 0;
        return RunAsync(connection => AskAsync(connection, query, keys, row =>
        {
            answered++;
            return take(row);
        }), () => answered > 0);
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

    private ValueTask RunAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take)
    {
        if (most <= 0)
        {
            return ValueTask.CompletedTask;
        }

        var hasTaken = false;
        return RunAsync(connection => AskAsync(connection, query, key, most, row =>
        {
            hasTaken = true;
            return take(row);
        }), () => hasTaken, query.Limit is not null);
    }

    private async ValueTask RunAsync(Func<NpgsqlConnection, Task> ask, Func<bool> hasTaken, bool takesLong = false)
    {
        for (var isFirstTry = true; ; isFirstTry = false)
        {
            try
            {
                await using var connection = await database.OpenReaderAsync();
                try
                {
                    await ask(connection);
                    return;
                }
                catch (NpgsqlException exception) when (takesLong && exception.InnerException is TimeoutException)
                {
                    // There was too much to look at, which says nothing of the server.
                    throw new DatabaseUnavailableException(PostgresFaults.TookTooLong, exception);
                }
                catch (NpgsqlException exception) when (PostgresFaults.IsBrokenOff(exception))
                {
                    database.Suspect(connection);
                    throw;
                }
            }
            catch (NpgsqlException exception) when (isFirstTry && !hasTaken() && PostgresFaults.IsBrokenOff(exception))
            {
                // Once more, on another connection.
            }
            catch (Exception exception) when (((IDatabaseFaults)faults).Unavailable(exception) is { } unavailable && unavailable != exception)
            {
                throw unavailable;
            }
        }
    }

    private async Task AskAsync<TKey, T>(NpgsqlConnection connection, Query<TKey, T> query, TKey key, int most, Func<T, bool> take)
    {
        await using var command = connection.CreateCommand();
        if (query.Limit is { } limit)
        {
            command.CommandTimeout = (int)Math.Ceiling(limit.TotalSeconds);
        }

        query.Bind(new PostgresParameters(command.Parameters), key);
        var limited = Limited(query.Sql, command.Parameters.Count);
        command.CommandText = most == int.MaxValue ? query.Sql : most == 1 ? limited.One : limited.Some;
        if (most is > 1 and < int.MaxValue)
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

    // A constant each: the driver knows a statement by its text.
    private (string One, string Some) Limited(string sql, int parameters) =>
        _limited.GetOrAdd(sql, static (sql, parameters) => ($"{sql} LIMIT 1", $"{sql} LIMIT ${parameters + 1}"), parameters);

    private async Task AskAsync<TKey, T>(NpgsqlConnection connection, Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
        where T : class
    {
        await using var batch = connection.CreateBatch();
        foreach (var key in keys)
        {
            var command = new NpgsqlBatchCommand();
            query.Bind(new PostgresParameters(command.Parameters), key);
            command.CommandText = Limited(query.Sql, command.Parameters.Count).One;
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        do
        {
            if (!take(await reader.ReadAsync() ? query.Read(row) : null))
            {
                return;
            }
        }
        while (await reader.NextResultAsync());
    }
}
