using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>
/// Whether the last change was stored. When it was not, a change of the check's own finds out whether the next one would be. What a shared database refuses, it refuses
/// all replicas, so that is no reason to send requests to another one.
/// </summary>
internal sealed class LastChangeHealthCheck(GroupCommitWriter writer, WriteTrial trial) : IHealthCheck
{
    // Whoever asks is answered: the trial itself may have to wait for the database, and goes on for the next who asks.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Balancers ask every second or two, and do not wait for longer.
    private static readonly TimeSpan SharedPatience = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (writer is { IsRunning: true, LastFailure: not null })
        {
            await trial.MakeAsync(writer.IsShared ? SharedPatience : Patience, cancellationToken);
        }

        return writer.LastFailure switch
        {
            null => HealthCheckResult.Healthy(),
            DatabaseUnavailableException known when writer.IsShared => HealthCheckResult.Degraded(Sentence(known.Message)),
            DatabaseUnavailableException known => HealthCheckResult.Unhealthy(Sentence(known.Message)),
            _ => HealthCheckResult.Unhealthy(Sentence("See the service's log.")),
        };
    }

    private static string Sentence(string reason) => $"The last change could not be stored. {reason}";
}
