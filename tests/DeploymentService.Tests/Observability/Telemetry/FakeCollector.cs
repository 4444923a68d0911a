using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DeploymentService.Tests.Observability.Telemetry;

/// <summary>As much of an OpenTelemetry collector as takes traces and metrics over HTTP, and keeps them.</summary>
internal sealed class FakeCollector : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();

    private FakeCollector(WebApplication web) => _web = web;

    public string Address => _web.Urls.First();

    /// <summary>All that came, as text; what is binary in it is no character that anybody looks for.</summary>
    public string Text(string path) => string.Concat(_taken.Where(one => one.Path == path).Select(one => Encoding.UTF8.GetString(one.Body)));

    /// <summary>All spans that came.</summary>
    public IReadOnlyList<Span> Spans => [.. _taken.Where(one => one.Path == "/v1/traces").SelectMany(one => SpansOf(one.Body))];

    public static async Task<FakeCollector> StartedAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new FakeCollector(builder.Build());
        collector._web.Run(collector.TakeAsync);
        await collector._web.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _taken.Enqueue((http.Request.Path.Value!, body.ToArray()));
    }

    // ExportTraceServiceRequest: resource_spans = 1, in it scope_spans = 2, in it spans = 2.
    private static IEnumerable<Span> SpansOf(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select new Span(
            Hex(Fields(span, 1).Single()),
            Hex(Fields(span, 2).Single()),
            Fields(span, 4).Select(Hex).SingleOrDefault() ?? "",
            Encoding.UTF8.GetString(Fields(span, 5).Single()),
            [.. Fields(span, 13).Select(link => Hex(Fields(link, 2).Single()))]);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The fields of a message of protocol buffers that have a number and a length.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        List<byte[]> found = [];
        for (var place = 0; place < message.Length;)
        {
            var tag = Number(message, ref place);
            var length = (tag & 7) switch { 0 => 0, 1 => 8, 5 => 4, _ => (int)Number(message, ref place) };
            if ((tag & 7) == 0)
            {
                Number(message, ref place);
            }

            if (tag == (ulong)((number << 3) | 2))
            {
                found.Add(message[place..(place + length)]);
            }

            place += length;
        }

        return found;
    }

    private static ulong Number(byte[] message, ref int place)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[place++];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}

/// <summary>A span, and the ids of those that it links to.</summary>
internal sealed record Span(string TraceId, string Id, string ParentId, string Name, IReadOnlyList<string> Links);
