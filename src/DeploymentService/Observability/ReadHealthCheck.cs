using DeploymentService.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>
/// Whether the database can be read, and nobody has met damage in it: one answer that succeeds does not mend what another has met. A shared one that does not answer is no
/// fault of this replica.
/// </summary>
internal sealed class ReadHealthCheck(IDatabaseReader reader, IDatabaseFaults faults, GroupCommitWriter writer) : IHealthCheck
{
    private const string AnyConfigText = "SELECT id FROM software_configs";

    // Whoever asks is answered, and gives up before a connection does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Query<bool, string> AnyConfig = new(AnyConfigText, static (_, _) => { }, static row => row.Text(0));

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await reader.FirstAsync(AnyConfig, key: true).AsTask().WaitAsync(Patience, cancellationToken);
            return faults.Damage is { } damage ? HealthCheckResult.Unhealthy(damage) : HealthCheckResult.Healthy();
        }
        catch (DatabaseUnavailableException exception)
        {
            return Unreadable(exception.Message);
        }
        catch (TimeoutException)
        {
            return Unreadable("It does not answer.");
        }
    }

    private HealthCheckResult Unreadable(string reason)
    {
        var sentence = $"The database cannot be read. {reason}";
        return writer.IsShared ? HealthCheckResult.Degraded(sentence) : HealthCheckResult.Unhealthy(sentence);
    }
}
