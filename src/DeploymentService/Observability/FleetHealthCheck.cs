using DeploymentService.Fleet;
using DeploymentService.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>
/// Whether all deployments are in memory. Once they are, the index hears of every change before its caller does, and is never behind. Who asks while
/// they are being loaded waits a moment: hardly ever does it take longer.
/// </summary>
internal sealed class FleetHealthCheck(FleetIndex fleet) : IHealthCheck
{
    private static readonly Dictionary<string, object> Starting = new() { [HealthSetup.Starting] = true };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await fleet.Loaded.WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Healthy("The deployments are still being loaded.", Starting);
        }
        catch (FaultException)
        {
            return HealthCheckResult.Unhealthy("The deployments could not be loaded: it is tried again, and the service's log says why.");
        }
    }
}
