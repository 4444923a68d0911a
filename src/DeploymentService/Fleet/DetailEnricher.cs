using DeploymentService.Agents;
using DeploymentService.Configs;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>Says of a deployment what Heat does not know: why it is still in progress, above all.</summary>
public sealed class DetailEnricher(
    IDatabaseReader reader, EventHistory history, FleetIndex fleet, InputRedaction redaction, FleetOptions options, TimeProvider time)
{
    /// <summary>Waits until histories are found. The fleet is waited for by <see cref="CurrentFleet"/>.</summary>
    public Task WaitAsync(CancellationToken cancel) => history.Loaded.WaitAsync(cancel);

    /// <summary>Adds to a deployment's view what else is known of it. Everything must be known.</summary>
    public async ValueTask<DeploymentView> AddAsync(DeploymentView view, SoftwareDeployment deployment)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (config, lastFetch, inVain, silentSince) = fleet.Look(deployment.ProjectId, project =>
        {
            var server = project.FindServer(deployment.ServerId);
            return (project.FindConfig(deployment.ConfigId), server?.LastFetchTime, server?.PollsInVain, server?.SilentSince(now, options.Silence));
        });
        // A server that asks in vain is not silent.
        silentSince = now - inVain?.Last <= options.Silence ? null : silentSince;
        var parts = deployment.IsTerminal ? null : await PartsAsync(deployment, lastFetch, inVain, silentSince);
        return view with
        {
            ConfigName = config is not null ? config.Name : await NameOfAsync(deployment),
            Execution = deployment.Execution,
            RolloutId = deployment.RolloutId,
            Timeout = deployment.Timeout,
            Deadline = deployment.Lateness == Lateness.None ? deployment.Deadline : null,
            Overdue = deployment.Lateness == Lateness.Overdue,
            FetchedTime = deployment.FetchedTime,
            HiddenInputs = await redaction.HiddenInAsync(deployment.ProjectId, deployment.ConfigId, deployment.InputValues),
            // Megabytes are looked through only where they are shown.
            HiddenOutputs = await redaction.HiddenInAsync(deployment.ProjectId, deployment.ConfigId, view.OutputValues),
            WaitingFor = parts is null ? null : InProgressReason.Sentence(parts),
            WaitingForParts = parts,
        };
    }

    /// <summary>The name of the config of a deployment that memory has not heard of yet, or no more.</summary>
    private async ValueTask<string?> NameOfAsync(SoftwareDeployment deployment) =>
        (await reader.ListAsync(FleetQueries.ConfigName, (deployment.ProjectId, deployment.ConfigId), 1)).FirstOrDefault();

    private async ValueTask<IReadOnlyList<WaitingPart>> PartsAsync(SoftwareDeployment deployment, DateTime? lastFetch, PollsInVain? inVain, DateTime? silentSince)
    {
        var config = await reader.FirstAsync(ConfigQueries.Runnable, (deployment.ProjectId, deployment.ConfigId));
        var evt = ExecutionHistory.Of(await history.LatestAsync(deployment.Sequence, ExecutionHistory.LatestLooked), deployment);
        var obstacle = config is null ? null : StockHooks.Find(config, deployment);
        return new InProgressReason(deployment, obstacle, evt, lastFetch, inVain, silentSince).Parts();
    }
}
