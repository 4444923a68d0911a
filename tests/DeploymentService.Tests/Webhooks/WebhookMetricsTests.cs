using System.Diagnostics.Metrics;
using DeploymentService.Hosting;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Webhooks;

/// <summary>What can be measured of deliveries.</summary>
public sealed class WebhookMetricsTests
{
    [Fact]
    public void How_long_deliveries_take_is_shown_in_seconds()
    {
        var services = ServiceApp.Shared.Services;
        var found = new List<Histogram<double>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is Histogram<double> { Name: "deployments.webhooks.delivery.duration" } histogram && histogram.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                {
                    found.Add(histogram);
                }
            },
        };

        listener.Start();

        Assert.Equal(ServiceTelemetry.Seconds.HistogramBucketBoundaries, Assert.Single(found).Advice?.HistogramBucketBoundaries);
    }
}
