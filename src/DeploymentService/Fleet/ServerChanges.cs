using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Fleet;

/// <summary>
/// Removes a server, all at once: what it has in progress comes to its end, its agent's URLs and tokens become worthless, and it is hidden until it is heard of
/// again. What has ended stays.
/// </summary>
internal sealed class RemoveServer(
    EventLog log, FleetIndex fleet, TokenRegistry? tokens, Actor actor, string projectId, string serverId, InProgressEnd end)
    : RecordedChange<ServerRemoval>(log, actor)
{
    /// <summary>Why what was in progress has failed, or is gone.</summary>
    public const string Reason = "The server was removed while the deployment was in progress";

    private IReadOnlyList<string> _revoked = [];
    private long? _removedAfter;

    internal override bool UsesModel => true;

    protected override ServerRemoval Run(IWriteTransaction rows)
    {
        var session = rows.Sqlite();
        (_revoked, _removedAfter) = ([], null);
        var inProgress = InProgress(session);
        if (inProgress.Count > 0 && end == InProgressEnd.None)
        {
            return new(IsRemoved: false, inProgress.Count);
        }

        inProgress.ForEach(deployment => End(rows, deployment));
        AgentStore.Rotate(session, projectId, serverId);
        _revoked = TokenStore.RevokeOfServer(session, projectId, serverId);
        var row = session.Prepare(FleetSql.RemoveServer).Bind(1, projectId).Bind(2, serverId);
        while (row.Step())
        {
            _removedAfter = row.Integer(0);
        }

        return new(IsRemoved: true, inProgress.Count);
    }

    protected override void OnCommitted()
    {
        foreach (var id in _revoked)
        {
            tokens?.Remove(projectId, id);
        }

        if (_removedAfter is { } after)
        {
            fleet.Remove(projectId, serverId, after);
        }
    }

    private List<SoftwareDeployment> InProgress(SqliteSession session)
    {
        var found = new List<SoftwareDeployment>();
        var row = session.Prepare(DeploymentSql.InProgressOfServer).Bind(1, projectId).Bind(2, serverId);
        while (row.Step())
        {
            found.Add(DeploymentColumns.Read(row));
        }

        return found;
    }

    private void End(IWriteTransaction rows, SoftwareDeployment current)
    {
        if (end == InProgressEnd.Delete)
        {
            rows.Delete(current);
            Record(rows, current, new(EventKind.Deleted, current.Status) { Reason = Reason });
            return;
        }

        var failed = UpdatedDeployment.Of(
            current, new UpdateDeployment { Status = DeploymentStatus.Failed, StatusReason = Reason }, rows.Now, isByAgent: false);
        ExecutionSnapshots.Follow(rows, current, failed);
        rows.Save(current, failed);
        Record(rows, failed, new(EventKind.Update, current.Status));
    }
}

/// <summary>What becomes of the deployments that a server has in progress when it is removed.</summary>
public enum InProgressEnd
{
    /// <summary>Nothing: then the server is not removed.</summary>
    None,

    /// <summary>They are failed.</summary>
    Fail,

    /// <summary>They are deleted.</summary>
    Delete,
}

/// <summary>What became of a removal.</summary>
/// <param name="IsRemoved">False when something is in progress.</param>
/// <param name="InProgress">How many deployments were in progress.</param>
internal readonly record struct ServerRemoval(bool IsRemoved, int InProgress);
