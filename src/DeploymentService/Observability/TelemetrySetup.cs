using System.Runtime.CompilerServices;
using DeploymentService.Auth;
using DeploymentService.Http;

namespace DeploymentService.Observability;

/// <summary>Metrics and traces. What needs OpenTelemetry's packages is in <see cref="OpenTelemetrySetup"/>, which is not loaded unless somebody asked for it.</summary>
public static class TelemetrySetup
{
    private const string Path = "/metrics";

    private static readonly Fault NothingElse = Fault.NotFound($"This address has {Path} and nothing else: the service itself is at another.");

    /// <summary>Adds what was asked for.</summary>
    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddSingleton(options);
        if (options.IsOn)
        {
            Load(services, options);
        }
    }

    /// <summary>Answers on <c>Metrics:Address</c>, without a token.</summary>
    public static void UseMetricsAddress(this WebApplication app, TelemetryOptions options)
    {
        if (options is { ShowsMetrics: true, Port: { } port })
        {
            var show = Show(app);
            // By the port: the name is up to whoever asks.
            app.MapWhen(http => http.Connection.LocalPort == port, own => own.Run(http => IsMetrics(http.Request) ? show(http) : NothingElse.ExecuteAsync(http)));
        }
    }

    /// <summary>Maps <c>/metrics</c> for admins. It is in no document: it is for a scraper, and off by default.</summary>
    public static void MapMetrics(this WebApplication app, TelemetryOptions options)
    {
        if (options.ShowsMetrics)
        {
            app.MapGet(Path, Show(app)).Requires(Permission.Administer("metrics:show")).ExcludeFromDescription();
        }
    }

    private static bool IsMetrics(HttpRequest request) => request.Path == Path && HttpMethods.IsGet(request.Method);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Load(IServiceCollection services, TelemetryOptions options) => OpenTelemetrySetup.Add(services, options);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RequestDelegate Show(IApplicationBuilder app) => OpenTelemetrySetup.Show(app);
}
