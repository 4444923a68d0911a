using System.Diagnostics.Metrics;
using DeploymentService.Hosting;

namespace DeploymentService.Storage;

/// <summary>The metrics of the log: what was reported to this process, and how far those are behind who follow.</summary>
internal sealed class LogMetrics
{
    /// <summary>Makes the instruments.</summary>
    public LogMetrics(IMeterFactory meters, EventLog log)
    {
        var meter = meters.OfService();
        log.Reports.Tally.ShowIn(meter, "deployments.reports", "outcome", "{report}", "Reports about runs that came to this process, by what they came to; and runs for which none came.");
        // Who cannot follow yet is not shown, and so looks like nobody who keeps up.
        meter.CreateObservableGauge(
            "deployments.log.lag",
            () => log.Lags().Select(follower => new Measurement<long>(follower.Lag, new KeyValuePair<string, object?>("follower", follower.Name))),
            "{event}",
            "How many events of the log a follower does not have yet.");
    }
}
