using System.Diagnostics.Metrics;
using DeploymentService.Hosting;

namespace DeploymentService.Fleet;

/// <summary>
/// How all projects stand together, from memory: what is counted while it changes is only added up, and who is silent is found out under the fleet's lock, some
/// hundred servers at a time. Every replica knows all of it, so of several the largest counts and not the sum. Nothing is shown before it is loaded.
/// </summary>
internal sealed class FleetMetrics
{
    private readonly FleetIndex _fleet;
    private readonly FleetReports _reports;

    /// <summary>Makes the instruments.</summary>
    public FleetMetrics(IMeterFactory meters, FleetIndex fleet, FleetReports reports)
    {
        (_fleet, _reports) = (fleet, reports);
        var meter = meters.OfService();
        meter.CreateObservableGauge("deployments.fleet.deployments", ByStatus, "{deployment}", "Deployments of all projects, by status.");
        meter.CreateObservableGauge("deployments.fleet.overdue", () => WhenLoaded(project => project.Counts.Overdue), "{deployment}", "Deployments in progress whose deadline has passed.");
        meter.CreateObservableGauge("deployments.fleet.servers", () => WhenLoaded(project => project.ServerCount), "{server}", "Servers of all projects.");
        meter.CreateObservableGauge("deployments.fleet.silent_servers", SilentServers, "{server}", "Servers that have not been heard of for longer than Servers:SilentSeconds.");
    }

    private IEnumerable<Measurement<long>> ByStatus()
    {
        if (_fleet.Position is null)
        {
            return [];
        }

        var (inProgress, complete, failed) = (0L, 0L, 0L);
        foreach (var projectId in _fleet.ProjectIds())
        {
            var counts = _fleet.Look(projectId, project => (project.Counts.InProgress, project.Counts.Complete, project.Counts.Failed));
            (inProgress, complete, failed) = (inProgress + counts.InProgress, complete + counts.Complete, failed + counts.Failed);
        }

        return [Of(inProgress, "in_progress"), Of(complete, "complete"), Of(failed, "failed")];
    }

    private IEnumerable<Measurement<long>> WhenLoaded(Func<ProjectFleet, long> count) => _fleet.Position is null ? [] : [new(_fleet.ProjectIds().Sum(projectId => _fleet.Look(projectId, count)))];

    private IEnumerable<Measurement<long>> SilentServers() =>
        _fleet.Position is null ? [] : [new(_fleet.ProjectIds().Sum(projectId => (long)_reports.CountSilent(_fleet.Look(projectId, project => project.Servers()).InOrder)))];

    private static Measurement<long> Of(long count, string status) => new(count, new KeyValuePair<string, object?>("status", status));
}
