using System.Net.Sockets;
using System.Text;

namespace DeploymentService.Tests.Support;

/// <summary>A client that sends a request piece by piece, and may stop before its end.</summary>
public sealed class SlowClient : IDisposable
{
    private readonly TcpClient _client = new();

    private SlowClient()
    {
    }

    /// <summary>Sends the head of a request with a body that is to have so many bytes.</summary>
    public static async Task<SlowClient> BeginAsync(ServiceApp app, string method, string path, int length, string? token = null)
    {
        var slow = new SlowClient();
        using var client = app.CreateDefaultClient();
        await slow._client.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port);
        var credential = token is null ? "" : $"X-Auth-Token: {token}\r\n";
        await slow.SendAsync($"{method} {path} HTTP/1.1\r\nHost: a\r\n{credential}Content-Length: {length}\r\n\r\n");
        return slow;
    }

    /// <summary>Sends a piece of the body.</summary>
    public async Task SendAsync(string piece) => await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(piece));

    /// <summary>Everything that the service sends until it closes the connection.</summary>
    public async Task<string> AnswerAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>The first line of the answer; the connection may stay open.</summary>
    public async Task<string?> StatusAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.UTF8, leaveOpen: true);
        return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void Dispose() => _client.Dispose();
}
