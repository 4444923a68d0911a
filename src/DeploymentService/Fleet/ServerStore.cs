using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>Removes servers.</summary>
/// <param name="writer">By what it is done.</param>
/// <param name="fleet">What servers there are.</param>
/// <param name="log">Tells who follows what ends with a server.</param>
/// <param name="runs">How many runs are kept.</param>
/// <param name="lease">Until when the tokens of the service may still count elsewhere; none in the mode Keystone.</param>
public sealed class ServerStore(GroupCommitWriter writer, FleetIndex fleet, EventLog log, RunsOptions runs, MemoryLease? lease = null)
{
    /// <summary>True of a server that is listed. Everything must be loaded.</summary>
    public bool IsKnown(string projectId, string serverId) => fleet.Look(projectId, project => project.FindServer(serverId) is { IsRemoved: false });

    /// <summary>Removes a server, unless it has something in progress that nobody said what to do with; and waits until the tokens of its agents are refused everywhere.</summary>
    /// <exception cref="WriterBusyException">Nothing was changed; trying again may help.</exception>
    internal async Task<ServerRemoval> RemoveAsync(string projectId, string serverId, InProgressEnd end, Actor actor)
    {
        var removal = await writer.WriteAsync(new RemoveServer(log, actor, new(projectId, serverId), end, runs));
        if (removal.IsRemoved && lease is not null)
        {
            await lease.RunOutAsync();
        }

        return removal;
    }
}
