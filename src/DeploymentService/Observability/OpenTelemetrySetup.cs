using System.Diagnostics.Metrics;
using System.Reflection;
using DeploymentService.Hosting;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DeploymentService.Observability;

/// <summary>
/// The only place that knows OpenTelemetry's packages: everything else measures with what .NET itself has. Its code alone has their types, in no field and no base class: the
/// service looks at all of its classes when it starts, which would load the packages.
/// </summary>
internal static class OpenTelemetrySetup
{
    // The names of the framework's meters, and of a driver's source of traces.
    private static readonly string[] Meters = [ServiceTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private const string PostgresDriver = "Npgsql";

    // Two additions a request, for what the connections and the streams tell better.
    private const string ActiveRequests = "http.server.active_requests";

    /// <summary>Adds the exporters that are asked for.</summary>
    public static void Add(IServiceCollection services, TelemetryOptions options)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(Describe);
        if (options.ShowsMetrics || options.SendsMetrics)
        {
            telemetry.WithMetrics(metrics => AddMetrics(metrics, options));
            services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
            {
                // A process may have several hosts, and listens to the meters of all.
                var own = provider.GetRequiredService<IMeterFactory>();
                metrics.AddView(instrument => instrument.Name != ActiveRequests && (instrument.Meter.Scope is null || instrument.Meter.Scope == own) ? null : MetricStreamConfiguration.Drop);
            });
        }

        if (options.SendsTraces)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(ServiceTelemetry.Name, PostgresDriver)
                .AddAspNetCoreInstrumentation(KeepSecret)
                .AddOtlpExporter());
        }
    }

    /// <summary>What answers a scrape.</summary>
    public static RequestDelegate Show(IApplicationBuilder app) => app.New().UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true).Build();

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options)
    {
        metrics.AddMeter(Meters);
        if (options.ShowsMetrics)
        {
            // Who asks is told what is now.
            metrics.AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);
        }

        if (options.SendsMetrics)
        {
            metrics.AddOtlpExporter();
        }
    }

    /// <summary>What the environment says (<c>OTEL_SERVICE_NAME</c>, <c>OTEL_RESOURCE_ATTRIBUTES</c>) wins.</summary>
    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService(ServiceTelemetry.Name, serviceVersion: typeof(OpenTelemetrySetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>As in the log: the route's pattern, and nothing of what the client sent, because a path can be a secret.</summary>
    private static void KeepSecret(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = static http => !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/healthcheck") && !http.Request.Path.StartsWithSegments("/metrics");
        options.EnrichWithHttpRequest = static (span, _) => span.SetTag("url.path", null).SetTag("url.query", null).SetTag("user_agent.original", null);
        options.EnrichWithHttpResponse = static (span, response) => span.SetTag("deployments.request.id", response.HttpContext.TraceIdentifier);
    }
}
