using DeploymentService.Configs;
using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Secrets;

namespace DeploymentService.Fleet;

/// <summary>Says of a deployment what Heat does not know: why it is still in progress, above all.</summary>
public sealed class DeploymentDetails(SqliteReaders readers, FleetIndex fleet, Redaction redaction, FleetOptions options, TimeProvider time)
{
    /// <summary>Ends when everything is known.</summary>
    public Task Loaded => fleet.Loaded;

    /// <summary>Adds to a deployment's view what else is known of it. Everything must be loaded.</summary>
    public DeploymentView Add(DeploymentView view, SoftwareDeployment deployment)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (config, lastFetch, silentSince) = fleet.Look(deployment.ProjectId, project =>
        {
            var server = project.FindServer(deployment.ServerId);
            return (project.FindConfig(deployment.ConfigId), server?.LastFetchTime, server?.SilentSince(now, options.Silence));
        });
        return view with
        {
            ConfigName = config is not null ? config.Name : NameOf(deployment),
            Execution = deployment.Execution,
            Timeout = deployment.Timeout,
            Deadline = deployment.Lateness == Lateness.None ? deployment.Deadline : null,
            Overdue = deployment.Lateness == Lateness.Overdue,
            FetchedTime = deployment.FetchedTime,
            HiddenInputs = redaction.HiddenIn(deployment.ProjectId, deployment.ConfigId, deployment.InputValues),
            // Megabytes are looked through only where they are shown.
            HiddenOutputs = redaction.HiddenIn(deployment.ProjectId, deployment.ConfigId, view.OutputValues),
            WaitingFor = deployment.Status == DeploymentStatus.InProgress ? Sentence(deployment, lastFetch, silentSince) : null,
        };
    }

    /// <summary>The name of the config of a deployment that memory has not heard of yet, or no more.</summary>
    private string? NameOf(SoftwareDeployment deployment) => readers.Read(
        static (session, deployment) => ConfigSql.NameOf(session, deployment.ProjectId, deployment.ConfigId), deployment);

    private string? Sentence(SoftwareDeployment deployment, DateTime? lastFetch, DateTime? silentSince)
    {
        var (isRun, refusal) = readers.Read(
            static (session, deployment) => (
                ConfigSql.IsRunByAgents(session, deployment.ProjectId, deployment.ConfigId), EventHistory.Refusal(session, deployment)),
            deployment);
        return WaitingFor.Sentence(deployment, isRun, refusal, lastFetch, silentSince);
    }
}
