using DeploymentService.Agents;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Fleet;

/// <summary>
/// Removes a server, all at once: what it has in progress comes to its end, its agent's URLs and tokens become worthless, and it is hidden until it is heard of
/// again. What has ended stays.
/// </summary>
internal sealed class RemoveServer(
    EventLog log, Actor actor, ServerKey server, InProgressEnd end, RunsOptions runs)
    : RecordedChange<ServerRemoval>(log, actor)
{
    public override SpaceNeed Need => SpaceNeed.None;

    /// <summary>Why what was in progress has failed, or is gone.</summary>
    public const string Reason = "The server was removed while the deployment was in progress";

    internal override bool UsesModel => true;

    protected override ServerRemoval Run(IWriteTransaction rows)
    {
        var inProgress = rows.Model.Deployments.AsNoTracking()
            .Where(row => row.ProjectId == server.ProjectId && row.ServerId == server.Id && row.Status == DeploymentStatus.InProgress)
            .OrderBy(row => row.Sequence)
            .ToList();
        if (inProgress.Count > 0 && end == InProgressEnd.None)
        {
            return new(IsRemoved: false, inProgress.Count);
        }

        inProgress.ForEach(deployment => End(rows, deployment));
        AgentStore.Rotate(rows.Model, server.ProjectId, server.Id);
        foreach (var revoked in TokenStore.RevokeOfServer(rows, server.ProjectId, server.Id, Actor))
        {
            Append(rows, revoked);
        }

        var after = rows.Model.Deployments.Max(row => (long?)row.Sequence) ?? 0;
        rows.Execute(ServerSql.Remove, [new() { ProjectId = server.ProjectId, ServerId = server.Id, RemovedAfter = after, WrittenTime = rows.Now }]);
        Append(rows, ServerEvents.Removal(server, after, Actor, rows.Now));
        return new(IsRemoved: true, inProgress.Count);
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
            current, new UpdateDeployment { Status = DeploymentStatus.Failed, StatusReason = Reason }, rows.Now, Actor);
        ExecutionSnapshots.Follow(rows, current, failed, runs);
        rows.Save(current, failed);
        Record(rows, failed, new(EventKind.Update, current.Status));
    }
}

/// <summary>Which server.</summary>
/// <param name="ProjectId">Its project.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct ServerKey(string ProjectId, string Id);

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
