using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeploymentService.Tests.Observability;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;
using Serilog.Events;

namespace DeploymentService.Tests.Http.Connections;

/// <summary>More connections than may be open are closed before the next is accepted; those that are open go on, and there is room again when they are gone.</summary>
public sealed class ConnectionLimitTests : IDisposable
{
    private const int Limit = 20;
    private const string Subject = "CN=127.0.0.1";

    private readonly List<TcpClient> _open = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Those_beyond_the_limit_are_closed_and_the_others_are_served(bool isTls)
    {
        using var folder = new TempFolder();
        var log = new CapturedLog();
        await using var app = new ServiceApp(
            Settings(isTls, folder), replace: services => services.AddSingleton<ILogEventSink>(log));
        app.StartServer();
        var address = Dashboard.Board.AddressOf(app);
        var kept = await ConnectAsync(address, isTls);
        Assert.True(await IsServedAsync(kept));

        // A burst, of clients that never send a byte.
        await Task.WhenAll(Enumerable.Range(0, 3 * Limit).Select(_ => OpenAsync(address)));

        // The ones that are closed say so, in whatever order they were accepted.
        var ends = _open.Skip(1).Select(IsClosedAsync).ToList();
        for (var closed = 0; closed < (2 * Limit) + 1; closed++)
        {
            ends.Remove(await Task.WhenAny(ends));
        }

        Assert.True(await IsServedAsync(kept));
        Assert.Equal(Limit - 1, ends.Count);
        Assert.All(ends, end => Assert.False(end.IsCompleted));
        var told = Assert.Single(log.Events, evt => evt.Level == LogEventLevel.Warning);
        Assert.Contains("Limits:Connections", CapturedLog.Whole(told), StringComparison.Ordinal);

        // When the idle ones are gone, new ones are served. The service hears of it a moment later.
        _open.Skip(1).ToList().ForEach(client => client.Dispose());
        var isServed = false;
        for (var attempt = 0; attempt < 2000 && !isServed; attempt++)
        {
            isServed = await IsServedAsync(await ConnectAsync(address, isTls));
        }

        Assert.True(isServed);
    }

    [Fact]
    public async Task Nought_is_no_limit()
    {
        await using var app = new ServiceApp(new() { ["Limits:Connections"] = "0" });
        app.StartServer();
        var address = Dashboard.Board.AddressOf(app);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => OpenAsync(address)));

        Assert.True(await IsServedAsync(await ConnectAsync(address, isTls: false)));
    }

    public void Dispose() => _open.ForEach(client => client.Dispose());

    private static Dictionary<string, string> Settings(bool isTls, TempFolder folder)
    {
        var settings = new Dictionary<string, string> { ["Limits:Connections"] = $"{Limit}", ["Logging:Level"] = "Warning" };
        if (isTls)
        {
            var file = folder.At("certificate.pfx");
            var now = TimeProvider.System.GetUtcNow();
            using var key = RSA.Create(2048);
            var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx));
            settings["urls"] = "https://127.0.0.1:0";
            settings["Kestrel:Certificates:Default:Path"] = file;
        }

        return settings;
    }

    private async Task<TcpClient> OpenAsync(Uri address)
    {
        var client = new TcpClient();
        lock (_open)
        {
            _open.Add(client);
        }

        try
        {
            await client.ConnectAsync(address.Host, address.Port);
        }
        catch (SocketException)
        {
            // Closed before the client knew that it was open.
        }

        return client;
    }

    private async Task<Stream> ConnectAsync(Uri address, bool isTls)
    {
        var client = await OpenAsync(address);
        if (!isTls || !client.Connected)
        {
            return client.Connected ? client.GetStream() : Stream.Null;
        }

        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate!.Subject == Subject);
        try
        {
            await stream.AuthenticateAsClientAsync("127.0.0.1");
        }
        catch (IOException)
        {
            // Closed before it began: whoever asks gets no answer.
        }

        return stream;
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]) == 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            return true;
        }
    }

    private static async Task<bool> IsServedAsync(Stream stream)
    {
        try
        {
            await stream.WriteAsync("GET /healthcheck HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            var answer = new byte[1024];
            var length = await stream.ReadAsync(answer);
            return answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8);
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
