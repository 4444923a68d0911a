using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Rollouts;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Retention;

/// <summary>A deployment that seems to be due.</summary>
/// <param name="Row">The deployment.</param>
/// <param name="NewerId">The one that follows it on its server.</param>
/// <param name="Days">After how many days it goes.</param>
/// <param name="Size">How many bytes the change reads for it.</param>
internal sealed record DueDeployment(KnownDeployment Row, string NewerId, int Days, long Size);

/// <summary>
/// Deletes deployments that ended long ago, as a person would. Each is looked at again: it may have been run again meanwhile, or what follows it may be gone. A rollout that has
/// come to be in between is no matter: what it begins is in progress, and for what is gone it makes another.
/// </summary>
/// <param name="log">Is told of what it appended.</param>
/// <param name="due">The deployments that seem to be due.</param>
/// <param name="now">From when their age is counted.</param>
internal sealed class PurgeDeployments(EventLog log, IReadOnlyList<DueDeployment> due, DateTime now) : RecordedChange<int>(log, Actor.Service)
{
    public override SpaceNeed Need => SpaceNeed.None;

    public override int Size => (int)Math.Min(due.Sum(deployment => deployment.Size), int.MaxValue);

    internal override void Require(RowKeys keys)
    {
        foreach (var deployment in due)
        {
            keys.Deployment(deployment.Row.ProjectId, deployment.Row.Id);
            keys.Deployment(deployment.Row.ProjectId, deployment.NewerId);
        }
    }

    protected override int Run(IWriteTransaction rows)
    {
        var gone = 0;
        foreach (var (row, newerId, days, _) in due)
        {
            if (rows.Deployment(row.ProjectId, row.Id) is { IsTerminal: true } current
                && current.EndedTime < RetentionOptions.Before(now, days)
                && rows.Deployment(row.ProjectId, newerId) is { } newer
                && IsFollowed(rows, current, newer))
            {
                rows.Delete(current);
                Record(rows, current, new(EventKind.Deleted, current.Status)
                {
                    Reason = string.Create(CultureInfo.InvariantCulture, $"Retention: it ended more than {days} day{(days == 1 ? "" : "s")} ago, and {newer.Id} has followed it on its server"),
                });
                gone++;
            }
        }

        return gone;
    }

    /// <summary>As <see cref="NewestOfNames"/> finds it.</summary>
    private static bool IsFollowed(IWriteTransaction rows, SoftwareDeployment current, SoftwareDeployment newer) =>
        newer.ServerId == current.ServerId
        && newer.Sequence > current.Sequence
        && newer.StartedTime >= current.StartedTime
        && (newer.ExecutionIsOnServer || !current.ExecutionIsOnServer)
        && NameOf(rows, newer) == NameOf(rows, current);

    private static string NameOf(IWriteTransaction rows, SoftwareDeployment deployment)
    {
        var configId = rows.Snapshot(deployment)?.ConfigId ?? deployment.ConfigId;
        return rows.Config(deployment.ProjectId, configId)?.Name is { Length: > 0 } name ? name : configId;
    }
}

/// <summary>Removes a rollout, if it is as it was seen. Its servers go behind it.</summary>
internal sealed class PurgeRollout(EventLog log, KnownRollout rollout, int days) : LoggedChange<int>(log)
{
    public override SpaceNeed Need => SpaceNeed.None;

    protected override int Run(IWriteTransaction rows)
    {
        if (rows.Execute(RetentionSql.RemoveRollout, [rollout]) == 0)
        {
            return 0;
        }

        Append(rows, Actor.Service.EventOf(rollout.ProjectId, EventSubject.Rollout, rollout.Id, RolloutEvents.Deleted, rows.Now) with
        {
            StatusFrom = rollout.Status,
            Reason = string.Create(CultureInfo.InvariantCulture, $"Retention: {rollout.Name} ended more than {days} day{(days == 1 ? "" : "s")} ago"),
        });
        return 1;
    }
}
