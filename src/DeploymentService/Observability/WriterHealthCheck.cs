using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether the writer's thread runs: when it has ended, nothing but a restart helps.</summary>
internal sealed class WriterHealthCheck(GroupCommitWriter writer) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        writer.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The writer has ended: start the service again, and see its log."));
}
