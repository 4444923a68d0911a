using System.Diagnostics.Metrics;
using DeploymentService.Hosting;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Webhooks;

/// <summary>What can be measured of deliveries.</summary>
public sealed class WebhookMetricsTests
{
    [Fact]
    public void How_long_deliveries_take_is_shown_in_seconds()
    {
        using var measured = new Measured(ServiceApp.Shared, "deployments.webhooks.delivery.duration");

        Assert.Equal(ServiceTelemetry.Seconds.HistogramBucketBoundaries, Assert.IsType<Histogram<double>>(Assert.Single(measured.Instruments)).Advice?.HistogramBucketBoundaries);
    }
}
