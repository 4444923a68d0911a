using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DeploymentService.Hosting;

/// <summary>The service's own meter and its own source of traces. Neither costs anything while nobody listens.</summary>
public static class ServiceTelemetry
{
    /// <summary>The name of both.</summary>
    public const string Name = nameof(DeploymentService);

    /// <summary>The bounds of histograms of seconds, from a quick disk to a caller's patience.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>Traces of what happens beside the requests.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The meter; everybody who asks the same factory gets the same one.</summary>
    public static Meter OfService(this IMeterFactory meters) => meters.Create(Name);

    /// <summary>Adds a class whose constructor makes instruments. It is made when the service starts, so that the first look at the metrics has them all.</summary>
    public static IServiceCollection AddInstruments<T>(this IServiceCollection services)
        where T : class => services.AddMetrics().AddSingleton<T>().AddHostedService<MadeAtStart<T>>();

    private sealed class MadeAtStart<T>(T instruments) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            GC.KeepAlive(instruments);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
