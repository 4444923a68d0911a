using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>
/// Whether all who follow the log are at its end, or have been until a moment ago. A log that cannot be read is no fault of this replica: all others cannot read it either, and a
/// balancer without any of them would answer nothing.
/// </summary>
internal sealed class FollowerHealthCheck(EventLog log, IDatabaseFaults faults) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        log.Failure is { } failure ? Unreadable(faults.Unavailable(failure))
        : log.Behind() is { Count: > 0 } behind
            ? HealthCheckResult.Unhealthy($"More than a second behind the log: {string.Join(", ", behind)}. It is tried again, and the service's log says why.")
        : HealthCheckResult.Healthy());

    private static HealthCheckResult Unreadable(DatabaseUnavailableException? unavailable) => unavailable is null
        ? HealthCheckResult.Unhealthy("The log cannot be read: see the service's log.")
        : HealthCheckResult.Degraded($"The database cannot be read. {unavailable.Message}");
}
