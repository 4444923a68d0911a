using System.Net;
using Microsoft.AspNetCore.Connections;

namespace DeploymentService.Http.Connections;

/// <summary>
/// Stands before the web server's own acceptance of connections and closes those that are too many before it accepts the next: a process that has used up its
/// files is ended by the runtime, and the server's own limit comes too late in a burst.
/// </summary>
/// <param name="inner">The web server's own.</param>
/// <param name="limit">How many there may be.</param>
internal sealed class LimitedListenerFactory(IConnectionListenerFactory inner, ConnectionLimit limit) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => inner is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    /// <inheritdoc />
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), limit);

    private sealed class Listener(IConnectionListener inner, ConnectionLimit limit) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (limit.TryTake(connection))
                {
                    return connection;
                }

                connection.Abort();
                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
