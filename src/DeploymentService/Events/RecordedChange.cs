using DeploymentService.Configs;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Events;

/// <summary>
/// A change of deployments that appends what happened to their history, in the same transaction. After COMMIT the feed hears of it, in order.
/// </summary>
/// <param name="feed">Who is told afterwards.</param>
/// <param name="actor">Who does it.</param>
/// <param name="now">When, UTC.</param>
public abstract class RecordedChange<TResult>(CommitPublisher feed, Actor actor, DateTime now) : Change<TResult>
{
    private readonly List<CommittedEvent> _committed = new(1);

    /// <summary>Who makes it.</summary>
    protected Actor Actor => actor;

    /// <summary>When the change is made, UTC.</summary>
    protected DateTime Now => now;

    /// <summary>The name of the config, where the deployment may not have had that config before. To be set before <see cref="Record"/>.</summary>
    protected string? ConfigName { get; set; }

    /// <inheritdoc />
    protected sealed override TResult Execute(SqliteSession session)
    {
        // A change may be made again after a rollback.
        _committed.Clear();
        return Run(session);
    }

    /// <summary>The statements of the change. As <see cref="Change{TResult}.Execute"/>.</summary>
    protected abstract TResult Run(SqliteSession session);

    /// <inheritdoc />
    internal sealed override void AfterCommit()
    {
        foreach (var committed in _committed)
        {
            feed.Publish(committed);
        }

        OnCommitted();
    }

    /// <summary>Tells others than the feed what is on the disk now, after the feed was told. As <see cref="Change.AfterCommit"/>.</summary>
    protected virtual void OnCommitted()
    {
    }

    /// <summary>Appends an event to the history of a deployment.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="kind">One of <see cref="EventKind.All"/>.</param>
    /// <param name="deployment">The deployment as it is now; as it was last, where it is gone.</param>
    /// <param name="from">The status before; null where there was none.</param>
    /// <param name="reason">Why; null for the deployment's own reason.</param>
    /// <param name="repeated">True when nothing new was said.</param>
    /// <param name="isReport">True when the server itself said it.</param>
    /// <param name="execution">Which execution it was about; null for the deployment's present one.</param>
    protected void Record(
        SqliteSession session, string kind, SoftwareDeployment deployment, string? from, string? reason = null, bool repeated = false, bool isReport = false, long? execution = null)
    {
        execution ??= deployment.Execution;
        var isGone = kind == EventKind.Deleted;
        var to = isGone ? null : deployment.Status;
        var kept = DeploymentEvent.Shorten(isGone ? reason : reason ?? deployment.StatusReason);
        var sequence = session.Prepare(EventSql.Insert)
            .Bind(1, deployment.ProjectId).Bind(2, deployment.Sequence).Bind(3, deployment.Id).Bind(4, deployment.ServerId)
            .Bind(5, now).Bind(6, kind).Bind(7, execution).Bind(8, from).Bind(9, to).Bind(10, kept)
            .Bind(11, repeated ? 1 : 0).Bind(12, actor.Name).Bind(13, actor.Role).Bind(14, actor.RequestId)
            .ExecuteInsert();
        _committed.Add(new(
            new()
            {
                Sequence = sequence,
                ProjectId = deployment.ProjectId,
                DeploymentNumber = deployment.Sequence,
                DeploymentId = deployment.Id,
                ServerId = deployment.ServerId,
                Time = now,
                Kind = kind,
                Execution = execution.Value,
                StatusFrom = from,
                StatusTo = to,
                Reason = kept,
                Repeated = repeated,
                ActorName = actor.Name,
                ActorRole = actor.Role,
                RequestId = actor.RequestId,
            },
            isGone ? null : deployment,
            isReport,
            ConfigName));
    }

    /// <summary>When an execution has begun: appends that agents do not run it, if they do not.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="deployment">The deployment as it is now.</param>
    protected void RecordIfSkipped(SqliteSession session, SoftwareDeployment deployment)
    {
        if (!ConfigSql.IsRunByAgents(session, deployment.ProjectId, deployment.ConfigId))
        {
            Record(session, EventKind.Skipped, deployment, deployment.Status, "The config has no group: agents do not run it.");
        }
    }
}

/// <summary>Something that happened, and is on the disk.</summary>
/// <param name="Event">What.</param>
/// <param name="Deployment">The deployment afterwards; null when it is gone.</param>
/// <param name="IsReport">True when its server itself said it.</param>
/// <param name="ConfigName">The name of the config, where the deployment may not have had that config before.</param>
public readonly record struct CommittedEvent(DeploymentEvent Event, SoftwareDeployment? Deployment, bool IsReport, string? ConfigName = null);
