using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// The servers of a connection string, of which one is the primary. The driver's own way asks them in their order: a host whose machine is paused, or gone without a word, then costs
/// every new connection its time-out again and again. Here the one that was good last is asked first, and when it does not do, all at once.
/// </summary>
/// <param name="hosts">The servers.</param>
internal sealed class PostgresHosts(IReadOnlyList<PostgresHost> hosts) : IDisposable
{
    private volatile PostgresHost _primary = hosts[0];

    // Null while the one that was good last may still be.
    private volatile PostgresHost? _suspected;

    /// <summary>The one that was good last.</summary>
    public PostgresHost Primary => _primary;

    /// <summary>The hosts of a connection string, each with its port.</summary>
    public static IEnumerable<(string Name, int Port)> Split(string text, int standardPort)
    {
        foreach (var host in text.Split(',', StringSplitOptions.TrimEntries))
        {
            // An address of IPv6 has more than one colon, unless it is in brackets.
            var colon = host.LastIndexOf(':');
            var hasPort = colon > 0 && (host[..colon].EndsWith(']') || !host[..colon].Contains(':', StringComparison.Ordinal));
            yield return hasPort && int.TryParse(host[(colon + 1)..], out var port) ? (host[..colon].Trim('[', ']'), port) : (host.Trim('[', ']'), standardPort);
        }
    }

    /// <summary>Opens a connection to the primary.</summary>
    /// <exception cref="NpgsqlException">No host is a primary that can be reached.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(Func<PostgresHost, NpgsqlDataSource> kind)
    {
        var primary = _primary;
        if (hosts.Count == 1 || primary != _suspected)
        {
            try
            {
                return await kind(primary).OpenConnectionAsync();
            }
            catch (NpgsqlException) when (hosts.Count > 1)
            {
                // Somebody else may be it by now.
            }
        }

        return await FindAsync(kind);
    }

    /// <summary>A connection of a pool was broken off.</summary>
    public void Suspect(string name, int port)
    {
        var host = hosts.First(host => host.Name == name && host.Port == port);
        host.Readers.Clear();
        if (host == _primary)
        {
            _suspected = host;
        }
    }

    /// <summary>No connection that is in a pool now is used again.</summary>
    public void ForgetReaders()
    {
        foreach (var host in hosts)
        {
            host.Readers.Clear();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var host in hosts)
        {
            host.Readers.Dispose();
            host.Writers.Dispose();
            host.Migrators.Dispose();
        }
    }

    /// <summary>Asks all of them at once; the first that is a primary is it.</summary>
    private async Task<NpgsqlConnection> FindAsync(Func<PostgresHost, NpgsqlDataSource> kind)
    {
        var asked = hosts.ToDictionary(host => kind(host).OpenConnectionAsync().AsTask(), host => host);
        NpgsqlException? fault = null;
        while (asked.Count > 0)
        {
            var answered = await Task.WhenAny(asked.Keys);
            asked.Remove(answered, out var host);
            try
            {
                var connection = await answered;
                (_primary, _suspected) = (host!, null);
                // The others are not needed any more, whenever they answer.
                foreach (var late in asked.Keys)
                {
                    _ = DisposeOfAsync(late);
                }

                return connection;
            }
            catch (NpgsqlException exception)
            {
                fault = exception;
            }
        }

        throw fault!;
    }

    private static async Task DisposeOfAsync(Task<NpgsqlConnection> opening)
    {
        try
        {
            await (await opening).DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // It was none.
        }
    }
}

/// <summary>How one server is connected to.</summary>
/// <param name="Name">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Readers">A pool of connections that read.</param>
/// <param name="Writers">New connections of a writer.</param>
/// <param name="Migrators">New connections that may change the schema.</param>
internal sealed record PostgresHost(string Name, int Port, NpgsqlDataSource Readers, NpgsqlDataSource Writers, NpgsqlDataSource Migrators);
