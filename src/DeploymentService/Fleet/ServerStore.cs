using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Writing;

namespace DeploymentService.Fleet;

/// <summary>Removes servers.</summary>
public sealed class ServerStore(GroupCommitWriter writer, FleetIndex fleet, TokenStore tokens, EventFeed feed, TimeProvider time)
{
    /// <summary>True of a server that is listed. Everything must be loaded.</summary>
    public bool IsKnown(string projectId, string serverId) => fleet.Look(projectId, project => project.FindServer(serverId) is { IsRemoved: false });

    /// <summary>Removes a server, unless it has something in progress that nobody said what to do with.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    internal Task<ServerRemoval> RemoveAsync(string projectId, string serverId, InProgressEnd end, Actor actor) =>
        writer.WriteAsync(new RemoveServer(feed, fleet, tokens, actor, time.GetUtcNow().UtcDateTime, projectId, serverId, end));
}
