using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;

namespace DeploymentService.Events;

/// <summary>
/// Appends to the history of a deployment a report that changed nothing. False when there is no such deployment.
/// </summary>
internal sealed class AppendEvent(
    EventFeed feed, Actor actor, DateTime now, string projectId, string deploymentId, string kind, string reason, bool repeated = false)
    : RecordedChange<bool>(feed, actor, now)
{
    protected override bool Run(SqliteSession session)
    {
        if (DeploymentSql.FindOne(session, projectId, deploymentId) is not { } deployment)
        {
            return false;
        }

        Record(session, kind, deployment, deployment.Status, reason, repeated, isReport: true);
        return true;
    }
}
