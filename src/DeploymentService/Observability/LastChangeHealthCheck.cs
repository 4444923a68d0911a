using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether the last change was stored. When it was not, a change of the check's own finds out whether the next one would be.</summary>
internal sealed class LastChangeHealthCheck(GroupCommitWriter writer, WriteTrial trial) : IHealthCheck
{
    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (writer is { IsRunning: true, LastFailure: not null })
        {
            await trial.MakeAsync(cancellationToken);
        }

        return writer.LastFailure is { } failure ? HealthCheckResult.Unhealthy($"The last change could not be stored. {Reason(failure)}") : HealthCheckResult.Healthy();
    }

    private static string Reason(Exception failure) => failure is DatabaseUnavailableException known ? known.Message : "See the service's log.";
}
