using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Storage;
using DeploymentService.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>Whether the writer's thread runs: when it has ended, nothing but a restart helps.</summary>
internal sealed class WriterCheck(GroupCommitWriter writer) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        writer.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The writer has ended: start the service again, and see its log."));
}

/// <summary>Whether the last change was stored. When it was not, a change of the check's own finds out whether the next one would be.</summary>
internal sealed class WriteCheck(GroupCommitWriter writer, WriteTrial trial) : IHealthCheck
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

    private static string Reason(Exception failure) => WriterBusyException.OrFault(failure) is WriterBusyException known ? known.Message : "See the service's log.";
}

/// <summary>Whether the database can be read.</summary>
internal sealed class ReadCheck(SqliteReaders readers) : IHealthCheck
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

/// <summary>Whether all deployments are in memory. Who asks while they are being loaded waits a moment: hardly ever does it take longer.</summary>
internal sealed class FleetCheck(FleetIndex fleet) : IHealthCheck
{
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
            return HealthCheckResult.Unhealthy("The deployments are still being loaded.");
        }
        catch (FaultException)
        {
            return HealthCheckResult.Unhealthy("The deployments could not be loaded: it is tried again, and the service's log says why.");
        }
    }
}
