using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether the database can be read, and nobody has met damage in it: one answer that succeeds does not mend what another has met.</summary>
internal sealed class ReadHealthCheck(IDatabaseReader reader, IDatabaseFaults faults) : IHealthCheck
{
    private const string AnyConfigText = "SELECT id FROM software_configs";

    private static readonly Query<bool, string> AnyConfig = new(AnyConfigText, static (_, _) => { }, static row => row.Text(0));

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await reader.FirstAsync(AnyConfig, key: true);
            return faults.Damage is { } damage ? HealthCheckResult.Unhealthy(damage) : HealthCheckResult.Healthy();
        }
        catch (DatabaseUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy($"The database cannot be read. {exception.Message}");
        }
    }
}
