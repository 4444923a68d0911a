using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeploymentService.Tests.CommandLine.Client;

/// <summary>Answers one connection after the other as it was told, and closes each: a service, or a proxy before it, on a bad day.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _answering;

    public ScriptedService(params string[] answers)
    {
        _listener.Start();
        _answering = AnswerAsync(answers);
    }

    /// <summary>Where it is.</summary>
    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>The requests that came, with their headers.</summary>
    public List<string> Requests { get; } = [];

    public static string Answer(string status, string headers, string body) =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    /// <summary>Some of an answer, and then nothing more.</summary>
    public static string Half(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
        _listener.Dispose();
    }

    private async Task AnswerAsync(IEnumerable<string> answers)
    {
        try
        {
            foreach (var answer in answers)
            {
                using var connection = await _listener.AcceptTcpClientAsync();
                var stream = connection.GetStream();
                var request = new StringBuilder();
                var buffer = new byte[4096];
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var length)
                {
                    request.Append(Encoding.UTF8.GetString(buffer, 0, length));
                }

                Requests.Add($"{request}");
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }
}
