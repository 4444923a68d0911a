namespace DeploymentService.Fleet;

/// <summary>The servers of a project at one moment, without those that were removed. Taking it is a copy; sorting it is done by the first who looks, outside of the fleet's lock.</summary>
/// <param name="servers">The servers, in any order; from here on nobody else's.</param>
public sealed class ServerSnapshot(FleetServer[] servers)
{
    private readonly Lazy<FleetServer[]> _sorted = new(() =>
    {
        Array.Sort(servers, static (one, other) => string.CompareOrdinal(one.Id, other.Id));
        return servers;
    });

    /// <summary>How many it are.</summary>
    public int Count => servers.Length;

    /// <summary>The servers in the order of their ids. What they say changes under the lock: <see cref="FleetIndex.LookAtEach"/>.</summary>
    public IReadOnlyList<FleetServer> InOrder => _sorted.Value;
}
