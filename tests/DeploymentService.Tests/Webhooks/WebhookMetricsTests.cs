using System.Diagnostics.Metrics;
using DeploymentService.Hosting;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Webhooks;

/// <summary>What can be measured of deliveries.</summary>
public sealed class WebhookMetricsTests
{
    private const string Deliveries = "deployments.webhooks.deliveries";
    private const string Lag = "deployments.webhooks.lag";

    [Fact]
    public void How_long_deliveries_take_is_shown_in_seconds()
    {
        using var measured = new Measured(ServiceApp.Shared, "deployments.webhooks.delivery.duration");

        Assert.Equal(ServiceTelemetry.Seconds.HistogramBucketBoundaries, Assert.IsType<Histogram<double>>(Assert.Single(measured.Instruments)).Advice?.HistogramBucketBoundaries);
    }

    [Fact]
    public async Task Attempts_are_counted_by_what_became_of_them_and_the_lag_is_that_of_what_waits()
    {
        var isThere = false;
        await using var receiver = await Receiver.StartAsync(_ => Volatile.Read(ref isThere) ? 204 : 500);
        using var timed = new TimedApp();
        using var measured = new Measured(timed.App, Deliveries);
        var project = timed.NewProject();
        var (id, _) = await project.WebhookAsync(receiver.Url);
        await project.DeploymentAsync();

        await Until.TrueAsync(() => measured.Of(Deliveries, "failed").Count == 1, () => "not counted");
        timed.Pass(3);
        // An event is a millisecond behind the one before it at least, whatever the clock says.
        Assert.InRange(Assert.Single(Measured.Now(timed.App, Lag)), 2.9, 3);

        Volatile.Write(ref isThere, true);
        await project.UntilDeliveredAsync(id, 1, () => timed.Pass(10));
        await Until.TrueAsync(() => measured.Of(Deliveries, "delivered").Count == 1, () => "not counted");
        await Until.TrueAsync(() => Measured.Now(timed.App, Lag).Single() == 0, () => "something waits");
        Assert.Equal(measured.Of(Deliveries).Count, measured.Of(Deliveries, "failed").Count + 1);
    }
}
