using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Read-only sessions for the queries that are asked most: a deployment, a list, a server's metadata. In WAL mode they read beside the
/// writer without waiting for it. A session is borrowed for one synchronous query, so there are never more than threads.
/// </summary>
public sealed class SqliteReaders(SqliteDatabase database) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    /// <summary>Runs one query. It must not wait for anything but the database: the session is held meanwhile.</summary>
    /// <exception cref="SqliteException">The database could not answer.</exception>
    public TResult Read<TState, TResult>(Func<SqliteSession, TState, TResult> query, TState state)
    {
        if (!_idle.TryTake(out var session))
        {
            session = database.OpenReader();
        }

        try
        {
            var result = query(session, state);
            _idle.Add(session);
            return result;
        }
        catch
        {
            // Whatever was wrong with the session is gone with it, above all a snapshot that it holds: no journal shrinks under that.
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
