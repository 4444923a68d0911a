using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether all who follow the log are at its end, or have been until a moment ago.</summary>
internal sealed class FollowerHealthCheck(EventLog log) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        log.Behind() is { Count: > 0 } behind
            ? HealthCheckResult.Unhealthy($"More than a second behind the log: {string.Join(", ", behind)}. It is tried again, and the service's log says why.")
            : HealthCheckResult.Healthy());
}
