using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether the database can be read.</summary>
internal sealed class ReadHealthCheck(SqliteReaders readers) : IHealthCheck
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
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (SqliteException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The database cannot be read: see the service's log."));
        }
    }
}
