using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Waiting;

/// <summary>Ten thousand who wait, each on a connection of its own, at a real process: they cost neither threads nor the others' time.</summary>
[Trait("Category", "Load")]
public sealed class ManyWaitersTests : IDisposable
{
    private const int Wanted = 10_000;

    // The pool has some more after a burst, whoever it was for.
    private const int MoreThreads = 40;

    // What the tests and the service have open besides.
    private const int OtherFiles = 3000;

    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(5);
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(120));

    [Fact]
    public async Task They_hold_nobody_up_and_end_with_what_they_wait_for()
    {
        await using var service = await ServiceProcess.StartedAsync(_folder.Name, ["Logging:Json=true", "Limits:Waiters=0"]);
        using var client = await service.ClientAsync();
        client.BaseAddress = new Uri(await service.AddressAsync(), "/v1/many/");
        var config = await PostAsync(client, "software_config", """{"name": "a", "group": "script", "config": "x"}""");
        var watched = await NewAsync(client, config, "watched");
        var listed = await NewAsync(client, config, "listed");
        var other = await NewAsync(client, config, "other");
        await AssertIsPromptAsync(client, other);
        var threads = service.Threads;

        var count = Math.Min(Wanted, OpenFiles() - OtherFiles) / 2 * 2;
        var address = await service.AddressAsync();
        string[] paths = [$"software_deployments/{watched}?wait=300", "software_deployments?wait=300&server_id=listed&values=false"];
        var waits = new List<Task<string>>(count);
        try
        {
            foreach (var part in Enumerable.Range(0, count).Chunk(250))
            {
                waits.AddRange((await Task.WhenAll(part.Select(number => BeginAsync(address, paths[number % 2])))).Select(answer => answer()));
            }

            await AllAreReadAsync(address.Port, count);
            await AssertIsPromptAsync(client, other);
            Assert.DoesNotContain(waits, wait => wait.IsCompleted);
            Assert.InRange(service.Threads, 1, threads + MoreThreads);

            await PutAsync(client, watched, """{"status": "COMPLETE"}""");
            var first = await Task.WhenAll(waits.Where((_, number) => number % 2 == 0)).WaitAsync(_patience.Token);
            Assert.All(first, answer => AssertEnded(answer, watched));
            Assert.DoesNotContain(waits.Where((_, number) => number % 2 == 1), wait => wait.IsCompleted);

            await PutAsync(client, listed, """{"status": "FAILED"}""");
            var second = await Task.WhenAll(waits.Where((_, number) => number % 2 == 1)).WaitAsync(_patience.Token);
            Assert.All(second, answer => AssertEnded(answer, listed));
            Assert.InRange(service.Threads, 1, threads + MoreThreads);
            await AssertIsPromptAsync(client, other);
        }
        finally
        {
            await _patience.CancelAsync();
            await Task.WhenAll(waits).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Dispose();
    }

    private static void AssertEnded(string answer, string id)
    {
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains(id, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("IN_PROGRESS", answer, StringComparison.Ordinal);
    }

    /// <summary>Others are answered as if nobody waited.</summary>
    private static async Task AssertIsPromptAsync(HttpClient client, string deployment)
    {
        for (var round = 0; round < 20; round++)
        {
            var watch = Stopwatch.StartNew();
            await PutAsync(client, deployment, $$"""{"status_reason": "round {{round}}"}""");
            var shown = await client.GetFromJsonAsync<JsonNode>($"software_deployments/{deployment}");
            Assert.Equal($"round {round}", shown!["software_deployment"]!["status_reason"]!.GetValue<string>());
            Assert.True(watch.Elapsed < Promptly, $"It took {watch.Elapsed}");
        }
    }

    /// <summary>Sends a request; what it is answered comes later.</summary>
    private async Task<Func<Task<string>>> BeginAsync(Uri address, string path)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, _patience.Token);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET /v1/many/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: {ServiceProcess.AdminToken}\r\nConnection: close\r\n\r\n"),
            SocketFlags.None,
            _patience.Token);
        return () => ReadAsync(socket);
    }

    private async Task<string> ReadAsync(Socket socket)
    {
        using (socket)
        {
            // A wait for the first byte alone needs no memory of its own.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, _patience.Token);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(_patience.Token);
        }
    }

    /// <summary>Waits until the service has taken every request out of its connection: the kernel knows what is still unread.</summary>
    private async Task AllAreReadAsync(int port, int count)
    {
        var local = $"0100007F:{port:X4}";
        while (File.ReadLines("/proc/net/tcp").Count(line => IsRead(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), local)) < count)
        {
            _patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Local address, state "established", and an empty queue of what was received.</summary>
    private static bool IsRead(string[] columns, string local) => columns[1] == local && columns[3] == "01" && columns[4].EndsWith(":00000000", StringComparison.Ordinal);

    private static int OpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;
    }

    private static Task<string> NewAsync(HttpClient client, string config, string server) =>
        PostAsync(client, "software_deployment", $$"""{"config_id": "{{config}}", "server_id": "{{server}}"}""");

    private static async Task<string> PostAsync(HttpClient client, string kind, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"{kind}s", UriKind.Relative), content);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())![kind]!["id"]!.GetValue<string>();
    }

    private static async Task PutAsync(HttpClient client, string deployment, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(new Uri($"software_deployments/{deployment}", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
