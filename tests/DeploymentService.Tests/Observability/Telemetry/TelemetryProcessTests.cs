using System.Globalization;
using System.Net;
using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Observability.Telemetry;

/// <summary>What needs a process of its own: sources of traces are the process's, and a further address is a port that nobody else has.</summary>
public sealed class TelemetryProcessTests : IDisposable
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_trace_goes_from_the_request_through_the_batch_to_the_database()
    {
        await using var collector = await FakeCollector.StartedAsync();
        await using var service = await ServiceProcess.StartedAsync(
            _folder.Name,
            [],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_TRACES_SAMPLER", "parentbased_always_off"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "300"));
        using var client = await service.ClientAsync();
        await SendAsync(client, "POST", "software_configs", """{"name": "not traced"}""");
        var config = await SendAsync(client, "POST", "software_configs", """{"name": "traced"}""", $"00-{TraceId}-b7ad6b7169203331-01");
        var requestId = config.Headers.GetValues("X-OpenStack-Request-Id").Single();

        await Until.TrueAsync(
            () => collector.Spans.Any(span => span.Name == "write batch") && collector.Spans.Any(span => span.Name.StartsWith("POST", StringComparison.Ordinal)), () => "not traced");
        var request = Assert.Single(collector.Spans, span => span.Name.StartsWith("POST", StringComparison.Ordinal));
        var batch = Assert.Single(collector.Spans, span => span.Name == "write batch");
        Assert.Equal(("b7ad6b7169203331", request.Id), (request.ParentId, batch.ParentId));
        Assert.Equal([request.Id], batch.Links);
        Assert.Equal([batch.Id], request.Links);
        if (TestEngine.IsPostgres)
        {
            await Until.TrueAsync(() => collector.Spans.Any(span => span.ParentId == batch.Id), () => "nothing of the database");
        }

        Assert.All(collector.Spans, span => Assert.Equal(TraceId, span.TraceId));
        // The route is told, and the path is not.
        var sent = collector.Text("/v1/traces");
        Assert.Contains("/software_configs", sent, StringComparison.Ordinal);
        Assert.Contains(requestId, sent, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-project", sent, StringComparison.Ordinal);

        await Until.TrueAsync(() => service.Output.Any(line => line.Contains(requestId, StringComparison.Ordinal)), () => "not logged");
        Assert.EndsWith($"{requestId} {TraceId}", Assert.Single(service.Output, line => line.Contains(requestId, StringComparison.Ordinal)), StringComparison.Ordinal);

        foreach (var name in new[] { "deployments.writer.batch.size", "http.server.request.duration" })
        {
            await Until.TrueAsync(() => collector.Text("/v1/metrics").Contains(name, StringComparison.Ordinal), () => $"no {name}");
        }
    }

    [Fact]
    public async Task A_further_address_has_the_metrics_without_a_token_and_nothing_else()
    {
        await using var service = await WithFreePortAsync(port => ServiceProcess.StartedAsync(
            _folder.Name, ["Metrics:Enabled=true", string.Create(CultureInfo.InvariantCulture, $"Metrics:Address=http://127.0.0.1:{port}")]));
        var further = new Uri(service.Output.Last(line => line.Contains("Now listening on", StringComparison.Ordinal)).Split(' ')[^1]);
        using var client = new HttpClient();

        var text = await client.GetStringAsync(new Uri(further, "/metrics"));
        Assert.Contains("\ndeployments_writer_queue_length{", text, StringComparison.Ordinal);
        foreach (var path in new[] { "/", "/v1", "/health/ready", "/dashboard", "/metrics/", "/v1/a-project/software_configs" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, new Uri(further, path), ServiceProcess.AdminToken));
        }

        var own = await service.AddressAsync();
        Assert.NotEqual(own, further);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, new Uri(own, "/metrics"), null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, new Uri(own, "/metrics"), ServiceProcess.AdminToken));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, new Uri(own, "/health/ready"), null));
    }

    /// <summary>Whoever has a port already is left alone: another one is tried. Outside of those that the system gives to whoever asks for any.</summary>
    private static async Task<ServiceProcess> WithFreePortAsync(Func<int, Task<ServiceProcess>> start)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await start(Random.Shared.Next(23_000, 32_000));
            }
            catch (InvalidOperationException exception) when (attempt < 10 && exception.Message.Contains("already in use", StringComparison.Ordinal))
            {
                // The next one.
            }
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string body, string? traceparent = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/secret-project/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (traceparent is not null)
        {
            request.Headers.Add("traceparent", traceparent);
        }

        var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Uri address, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
