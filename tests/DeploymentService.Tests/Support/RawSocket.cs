using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DeploymentService.Tests.Support;

/// <summary>Sends bytes to an application's port as they are: no client in between that would refuse, fold or repair them.</summary>
public static class RawSocket
{
    private static readonly byte[] EndOfHeaders = "\r\n\r\n"u8.ToArray();

    /// <summary>Sends a request whose target and headers stand on the wire as they stand here.</summary>
    public static Task<Answer> SendRawAsync(this ServiceApp app, string method, string target, string[]? headers = null, byte[]? body = null)
    {
        var lines = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        foreach (var header in headers ?? [])
        {
            lines.Append(header).Append("\r\n");
        }

        if (body is not null)
        {
            lines.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        return app.SendBytesAsync([.. Encoding.Latin1.GetBytes(lines.Append("\r\n").ToString()), .. body ?? []]);
    }

    /// <summary>Sends the bytes and reads until the service closes the connection.</summary>
    public static async Task<Answer> SendBytesAsync(this ServiceApp app, byte[] request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = app.CreateDefaultClient();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port, limit.Token);
        await using var stream = tcp.GetStream();
        try
        {
            await stream.WriteAsync(request, limit.Token);
        }
        catch (IOException)
        {
            // The service has answered and closed before it had everything; what it answered can still be read.
        }

        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, limit.Token);
        }
        catch (IOException) when (received.Length > 0)
        {
            // Closed with bytes of ours unread, which resets the connection behind the answer.
        }

        return Parse(received.ToArray());
    }

    private static Answer Parse(byte[] received)
    {
        var end = received.AsSpan().IndexOf(EndOfHeaders);
        Assert.True(end > 0, $"No answer but {received.Length} bytes");
        var lines = Encoding.Latin1.GetString(received, 0, end).Split("\r\n");
        var headers = lines.Skip(1)
            .Select(line => line.Split(": ", 2))
            .GroupBy(pair => pair[0].ToLowerInvariant(), pair => pair[1])
            .ToDictionary(group => group.Key, group => string.Join(",", group));
        var body = received[(end + 4)..];
        return new(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            headers,
            Encoding.UTF8.GetString(headers.GetValueOrDefault("transfer-encoding") == "chunked" ? Unchunk(body) : body));
    }

    private static byte[] Unchunk(byte[] body)
    {
        using var whole = new MemoryStream();
        for (var place = 0; ;)
        {
            var line = body.AsSpan(place).IndexOf("\r\n"u8);
            var size = int.Parse(Encoding.Latin1.GetString(body, place, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return whole.ToArray();
            }

            whole.Write(body, place + line + 2, size);
            place += line + 2 + size + 2;
        }
    }
}
