using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeploymentService.Tests.Webhooks;

/// <summary>A receiver of webhooks on a port of this host. It keeps what it gets, and answers as a test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();

    private Receiver(Func<Received, Task<int>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var received = new Received(
                http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(), http.Request.Headers["webhook-signature"].ToString(),
                Encoding.UTF8.GetString(body.ToArray()));
            var status = await answer(received);
            _received.Enqueue(received with { Answer = status });
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://127.0.0.1:1024/";
        });
    }

    /// <summary>Where it is.</summary>
    public string Url => _app.Urls.Single() + "/hook";

    /// <summary>What came, in the order of the answers.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>What it has taken.</summary>
    public IReadOnlyList<Received> Taken => [.. _received.Where(received => received.Answer < 300)];

    public static async Task<Receiver> StartAsync(Func<Received, Task<int>> answer)
    {
        var receiver = new Receiver(answer);
        await receiver._app.StartAsync();
        return receiver;
    }

    public static Task<Receiver> StartAsync(Func<Received, int>? answer = null) => StartAsync(received => Task.FromResult(answer?.Invoke(received) ?? 204));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What a receiver got.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, string Body)
{
    /// <summary>The status that it was answered with.</summary>
    public int Answer { get; init; }

    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Type => Json["type"]!.GetValue<string>();

    public string? DeploymentId => Json["data"]!["event"]?["deployment_id"]?.GetValue<string>();

    public long Sequence => Json["data"]!["event"]!["sequence"]!.GetValue<long>();

    /// <summary>True when one of the signatures is by the secret, as a receiver checks it.</summary>
    public bool IsSignedBy(string secret)
    {
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
        return Signature.Split(' ').Contains("v1," + signature);
    }
}
