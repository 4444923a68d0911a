using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using DeploymentService.Checker.Report;
using DeploymentService.Checker.Service;

namespace DeploymentService.Checker.Streams;

/// <summary>Follows the stream of a project over many connections, each of which goes on behind the last event of the one before.</summary>
public sealed class StreamFollower(ServiceClient service, HttpClient http, long begin, Faults faults)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly List<LoggedEvent> _events = [];
    private long _last = begin;

    /// <summary>The last event that it has.</summary>
    public long Last => Interlocked.Read(ref _last);

    /// <summary>How many connections it had.</summary>
    public int Connections { get; private set; }

    /// <summary>What it has. To be read when it has ended.</summary>
    public IReadOnlyList<LoggedEvent> Events => _events;

    /// <summary>Where the stream of the project begins, for those who come now.</summary>
    public static async Task<long> NowAsync(ServiceClient service, HttpClient http, TimeSpan patience)
    {
        using var end = new CancellationTokenSource(patience);
        while (true)
        {
            try
            {
                using var response = await OpenAsync(service, http, after: null, end.Token);
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(end.Token));
                if ((await reader.ReadLineAsync(end.Token))?.Split("id: ") is ["", var id])
                {
                    return long.Parse(id, CultureInfo.InvariantCulture);
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                await Task.Delay(Pause, end.Token);
            }
        }
    }

    /// <summary>Follows until the end.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            // Changes its mind now and then, and its replica.
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(end);
            connection.CancelAfter(TimeSpan.FromSeconds(1 + (Random.Shared.NextDouble() * 7)));
            try
            {
                using var response = await OpenAsync(service, http, Last, connection.Token);
                Connections++;
                await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(connection.Token)).EnumerateAsync(connection.Token))
                {
                    Take(item);
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
            {
                if (broken is HttpRequestException { StatusCode: { } status and not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) })
                {
                    faults.Add($"stream: answer {(int)status}", $"behind {Last}");
                }

                // Again, behind the last one.
            }

            await Task.Delay(Pause * Random.Shared.NextDouble(), CancellationToken.None);
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(ServiceClient service, HttpClient http, long? after, CancellationToken cancel)
    {
        using var message = service.MessageOf(HttpMethod.Get, "events");
        if (after is { } last)
        {
            message.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }

        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
        return response.EnsureSuccessStatusCode();
    }

    private void Take(SseItem<string> item)
    {
        if (item.EventType == "gap")
        {
            faults.Add("stream: gap", $"behind {Last}: {item.Data}");
            return;
        }

        using var data = JsonDocument.Parse(item.Data);
        var evt = LoggedEvent.Of(data.RootElement);
        if (item.EventId != evt.Sequence.ToString(CultureInfo.InvariantCulture) || item.EventType != evt.Event)
        {
            faults.Add("stream: id or name differ from the data", $"{item.EventId} {item.EventType}: {item.Data}");
        }

        if (evt.Sequence <= Last)
        {
            faults.Add("stream: doubled or out of order", $"{evt} behind {Last}");
        }

        _events.Add(evt);
        Interlocked.Exchange(ref _last, evt.Sequence);
    }
}
