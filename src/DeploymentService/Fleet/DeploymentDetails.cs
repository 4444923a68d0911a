using DeploymentService.Configs;
using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Events;

namespace DeploymentService.Fleet;

/// <summary>Says of a deployment what Heat does not know: why it is still in progress, above all.</summary>
public sealed class DeploymentDetails(SqliteReaders readers, EventHistory history, FleetIndex fleet, HiddenInputs hidden, FleetOptions options, TimeProvider time)
{
    /// <summary>Ends when everything is known.</summary>
    public Task Loaded => Task.WhenAll(fleet.Loaded, history.Loaded);

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
            HiddenInputs = hidden.Of(deployment.ProjectId, deployment.ConfigId, deployment.InputValues),
            WaitingFor = deployment.Status == DeploymentStatus.InProgress ? Sentence(deployment, lastFetch, silentSince) : null,
        };
    }

    /// <summary>The name of the config of a deployment that memory has not heard of yet, or no more.</summary>
    private string? NameOf(SoftwareDeployment deployment) => readers.Read(
        static (session, deployment) => ConfigSql.NameOf(session, deployment.ProjectId, deployment.ConfigId), deployment);

    private string? Sentence(SoftwareDeployment deployment, DateTime? lastFetch, DateTime? silentSince)
    {
        var (isRun, refusal) = readers.Read(
            (session, deployment) => (
                ConfigSql.IsRunByAgents(session, deployment.ProjectId, deployment.ConfigId), history.Refusal(session, deployment)),
            deployment);
        return WaitingFor.Sentence(deployment, isRun, refusal, lastFetch, silentSince);
    }
}
