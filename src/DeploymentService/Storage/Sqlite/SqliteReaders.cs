using System.Collections.Concurrent;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Read-only sessions for the queries that are asked most: a deployment, a list, a server's metadata. In WAL mode they read beside the
/// writer without waiting for it. A session is borrowed for one synchronous query, so there are never more than threads.
/// </summary>
public sealed class SqliteReaders(SqliteDatabase database) : IDatabaseReader, IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    /// <summary>Runs one query. It must not wait for anything but the database: the session is held meanwhile.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot answer now, or is damaged.</exception>
    public TResult Read<TState, TResult>(Func<SqliteSession, TState, TResult> query, TState state)
    {
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session))
            {
                session = database.OpenReader();
            }

            var result = query(session, state);
            _idle.Add(session);
            return result;
        }
        catch (Exception exception)
        {
            // Whatever was wrong with the session is gone with it, above all a snapshot that it holds: no journal shrinks under that.
            session?.Dispose();
            if (SqliteFaults.Unavailable(exception) is { } unavailable && unavailable != exception)
            {
                throw unavailable;
            }

            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
        where T : class
    {
        T? first = null;
        Run(query, key, row =>
        {
            first = row;
            return false;
        });
        return ValueTask.FromResult(first);
    }

    /// <inheritdoc />
    public async ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
        where T : class
    {
        foreach (var key in keys)
        {
            if (!take(await FirstAsync(query, key)))
            {
                return;
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue)
    {
        var found = new List<T>();
        if (most > 0)
        {
            Run(query, key, row =>
            {
                found.Add(row);
                return found.Count < most;
            });
        }

        return ValueTask.FromResult(found);
    }

    /// <inheritdoc />
    public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take)
    {
        if (most > 0)
        {
            var left = most;
            Run(query, key, row => take(row) && --left > 0);
        }

        return ValueTask.CompletedTask;
    }

    private void Run<TKey, T>(Query<TKey, T> query, TKey key, Func<T, bool> take) => Read(
        static (session, asked) =>
        {
            var row = session.Prepare(asked.query.Sql);
            asked.query.Bind(row.Parameters(), asked.key);
            while (row.Step())
            {
                if (!asked.take(asked.query.Read(row)))
                {
                    row.Reset();
                    break;
                }
            }

            return true;
        },
        (query, key, take));

    /// <inheritdoc />
    public void Dispose()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
