using DeploymentService.Fleet;

namespace DeploymentService.Rollouts;

/// <summary>Finds the servers that a filter names.</summary>
public sealed class RolloutServers(FleetIndex fleet, SearchLimit searches, FleetOptions options, TimeProvider time)
{
    /// <summary>The servers, in the order of their ids. The fleet must be current.</summary>
    public async ValueTask<List<string>> FindAsync(string projectId, ServerFilter filter, CancellationToken cancel)
    {
        var (servers, entries) = fleet.Look(projectId, project => (project.Servers(), project.Entries));
        return await searches.RunAsync(projectId, servers.Count + entries.Count, () => Find(servers, entries, filter), cancel);
    }

    private List<string> Find(ServerSnapshot servers, ArraySegment<FleetEntry?> entries, ServerFilter filter)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var fitting = filter.Deployments is { } deployments
            ? entries.Where(entry => entry is not null && deployments.Matches(entry)).Select(entry => entry!.Server).ToHashSet()
            : null;
        var asked = servers.InOrder.Where(server => fitting?.Contains(server) != false);
        return [.. fleet.LookAtEach(asked, server => ServerView.Of(server, now, options)).Where(filter.Servers.Matches).Select(server => server.ServerId)];
    }
}
