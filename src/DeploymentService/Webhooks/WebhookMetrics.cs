using System.Diagnostics.Metrics;
using DeploymentService.Hosting;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>What can be measured of deliveries.</summary>
internal sealed class WebhookMetrics
{
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _duration;

    public WebhookMetrics(IMeterFactory meters, TimeProvider time)
    {
        var meter = meters.OfService();
        _deliveries = meter.CreateCounter<long>("deployments.webhooks.deliveries", "{delivery}", "Attempts to deliver, by what became of them");
        _duration = meter.CreateHistogram(
            "deployments.webhooks.delivery.duration", "s", "How long attempts to deliver took", tags: null, ServiceTelemetry.Seconds);
        meter.CreateObservableGauge("deployments.webhooks.lag", () => LagOf(Runners, time), "s", "How long ago that happened which waits for longest to be delivered by this process");
    }

    /// <summary>Who delivers in this process.</summary>
    public IReadOnlyList<WebhookRunner> Runners { get; set; } = [];

    /// <summary>Counts an attempt.</summary>
    public void Record(AttemptOutcome outcome, DeliveryState state)
    {
        KeyValuePair<string, object?> tag = new("outcome", state switch
        {
            DeliveryState.Delivered => "delivered",
            DeliveryState.GivenUp => "given_up",
            _ => "failed",
        });
        _deliveries.Add(1, tag);
        _duration.Record(outcome.Duration.TotalSeconds, tag);
    }

    private static double LagOf(IReadOnlyList<WebhookRunner> runners, TimeProvider time) =>
        runners.Min(runner => runner.Oldest) is { } oldest ? Math.Max(0, (time.GetUtcNow().UtcDateTime - oldest).TotalSeconds) : 0;
}
