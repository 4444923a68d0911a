using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace DeploymentService.Tests.Support;

/// <summary>Stands between a service and its server, and breaks the writer's connection at a round trip that a test names.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly Task _accepting;
    private volatile Cut? _cut;

    /// <summary>Where to cut: before the question of a round trip goes on, or before its answer comes back.</summary>
    private sealed record Cut(bool IsAsked)
    {
        public int RoundTripsLeft { get; set; }
    }

    /// <summary>Listens.</summary>
    /// <param name="connectionString">The server's.</param>
    public CuttingProxy(string connectionString)
    {
        _server = new(connectionString);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>For the service.</summary>
    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;

    /// <summary>True when the connection was broken.</summary>
    public bool HasCut { get; private set; }

    /// <summary>Breaks the writer's connection once.</summary>
    /// <param name="roundTrip">At which of its round trips from now on: a batch has two.</param>
    /// <param name="isAsked">True when the question goes on to the server, and only the answer is lost.</param>
    public void CutAt(int roundTrip, bool isAsked) => _cut = new Cut(isAsked) { RoundTripsLeft = roundTrip };

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(_server.Host!, _server.Port, _stopping.Token);
                using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                var state = new Connection();
                await Task.WhenAny(
                    AskAsync(client.GetStream(), server.GetStream(), state, end.Token),
                    AnswerAsync(server.GetStream(), client.GetStream(), state, end.Token));
                await end.CancelAsync();
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // One of both has gone.
            }
        }
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to, Connection connection, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, end) is > 0 and var length)
        {
            connection.IsWriter |= Encoding.UTF8.GetString(buffer, 0, length).Contains("deployment-service writer", StringComparison.Ordinal);
            if (connection is { IsWriter: true, IsAnswered: true } && _cut is { } cut && --cut.RoundTripsLeft == 0)
            {
                _cut = null;
                HasCut = true;
                if (!cut.IsAsked)
                {
                    return;
                }

                connection.IsAnswerLost = true;
            }

            connection.IsAnswered = false;
            await to.WriteAsync(buffer.AsMemory(0, length), end);
        }
    }

    private static async Task AnswerAsync(NetworkStream from, NetworkStream to, Connection connection, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, end) is > 0 and var length)
        {
            if (connection.IsAnswerLost)
            {
                return;
            }

            // Before it goes on: the next question may come before this line otherwise.
            connection.IsAnswered = true;
            await to.WriteAsync(buffer.AsMemory(0, length), end);
        }
    }

    private sealed class Connection
    {
        public volatile bool IsWriter;
        public volatile bool IsAnswered;
        public volatile bool IsAnswerLost;
    }
}
