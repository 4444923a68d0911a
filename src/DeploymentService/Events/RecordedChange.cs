using DeploymentService.Auth;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>
/// A change of deployments that appends what happened to their history, in the same transaction. After COMMIT the log is told, for its followers.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="actor">Who does it.</param>
public abstract class RecordedChange<TResult>(EventLog log, Actor actor) : LoggedChange<TResult>(log)
{
    /// <summary>Who makes it.</summary>
    protected Actor Actor => actor;

    /// <summary>Appends an event to the history of a deployment.</summary>
    /// <param name="rows">The transaction.</param>
    /// <param name="deployment">The deployment as it is now; as it was last, where it is gone.</param>
    /// <param name="what">What happened to it.</param>
    protected void Record(IWriteTransaction rows, SoftwareDeployment deployment, in EventDetails what)
    {
        var isGone = what.Kind == EventKind.Deleted;
        var evt = rows.Append(new()
        {
            Sequence = 0,
            ProjectId = deployment.ProjectId,
            DeploymentNumber = deployment.Sequence,
            DeploymentId = deployment.Id,
            ServerId = deployment.ServerId,
            Time = rows.Now,
            Kind = what.Kind,
            Execution = what.Execution ?? deployment.Execution,
            StatusFrom = what.StatusFrom,
            StatusTo = isGone ? null : deployment.Status,
            Reason = DeploymentEvent.Shorten(isGone ? what.Reason : what.Reason ?? deployment.StatusReason),
            Repeated = what.IsRepeated,
            IsReport = what.IsReport,
            ActorName = actor.Name,
            ActorRole = actor.Role,
            RequestId = actor.RequestId,
        });
        Append(new CommittedEvent(evt, isGone ? null : deployment) { ConfigName = what.Config?.Name });
    }

    /// <summary>When an execution has begun: appends that agents do not run it, if they do not.</summary>
    /// <param name="rows">The transaction.</param>
    /// <param name="deployment">The deployment as it is now.</param>
    protected void RecordIfSkipped(IWriteTransaction rows, SoftwareDeployment deployment)
    {
        if (rows.Config(deployment.ProjectId, deployment.ConfigId) is not { IsRunByAgents: true })
        {
            Record(rows, deployment, new(EventKind.Skipped, deployment.Status) { Reason = "The config has no group: agents do not run it." });
        }
    }
}

/// <summary>What happened to a deployment.</summary>
/// <param name="Kind">One of <see cref="EventKind.All"/>.</param>
/// <param name="StatusFrom">The status before; null where there was none.</param>
public readonly record struct EventDetails(string Kind, string? StatusFrom)
{
    /// <summary>Why; null for the deployment's own reason.</summary>
    public string? Reason { get; init; }

    /// <summary>True when nothing new was said.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>True when the server itself said it.</summary>
    public bool IsReport { get; init; }

    /// <summary>Which execution it was about; null for the deployment's present one.</summary>
    public long? Execution { get; init; }

    /// <summary>The config, where the deployment may not have had that config before.</summary>
    public ConfigFacts? Config { get; init; }
}
