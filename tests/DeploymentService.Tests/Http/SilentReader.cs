using System.Net.Sockets;
using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>A client that sends a request and reads of the answer only what a test lets it.</summary>
public sealed class SilentReader : IDisposable
{
    private readonly TcpClient _tcp;

    private SilentReader(TcpClient tcp) => _tcp = tcp;

    /// <summary>Sends a GET, and reads nothing but that it is answered.</summary>
    /// <param name="app">To which application.</param>
    /// <param name="target">The path.</param>
    /// <param name="token">The token; null for none.</param>
    public static async Task<SilentReader> AskAsync(ServiceApp app, string target, string? token)
    {
        using var client = app.CreateDefaultClient();
        // Of the answer little is under way in the kernel.
        var tcp = new TcpClient { ReceiveBufferSize = 8192 };
        await tcp.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        var header = token is null ? "" : $"X-Auth-Token: {token}\r\n";
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{header}\r\n"));
        var begun = new byte["HTTP/1.1 200 OK".Length];
        await tcp.GetStream().ReadExactlyAsync(begun);
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(begun));
        return new(tcp);
    }

    /// <summary>Reads until nothing more comes; all that came behind the status.</summary>
    /// <param name="between">What happens behind each 64 KiB.</param>
    public async Task<string> ReadToEndAsync(Action? between = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            for (int count; (count = await _tcp.GetStream().ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, limit.Token)) > 0;)
            {
                received.Write(buffer, 0, count);
                between?.Invoke();
            }
        }
        catch (IOException)
        {
            // The service has ended the connection.
        }

        return Encoding.UTF8.GetString(received.ToArray());
    }

    public void Dispose() => _tcp.Dispose();
}
