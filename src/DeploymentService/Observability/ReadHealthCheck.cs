using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether the database can be read, and nobody has met damage in it: one answer that succeeds does not mend what another has met.</summary>
internal sealed class ReadHealthCheck(SqliteReaders readers, IDatabaseFaults faults) : IHealthCheck
{
    private const string Question = "SELECT 1 FROM software_configs LIMIT 1";

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            readers.Read(static (session, _) =>
            {
                session.Prepare(Question).Execute();
                return true;
            }, 0);
            return Task.FromResult(faults.Damage is { } damage ? HealthCheckResult.Unhealthy(damage) : HealthCheckResult.Healthy());
        }
        catch (DatabaseUnavailableException exception)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy($"The database cannot be read. {exception.Message}"));
        }
    }
}
