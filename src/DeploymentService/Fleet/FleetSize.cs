using DeploymentService.Quotas;

namespace DeploymentService.Fleet;

/// <summary>How many deployments and servers a project has, for its quotas.</summary>
public sealed class FleetSize(FleetIndex fleet, CurrentFleet current) : IFleetSize
{
    /// <inheritdoc />
    public bool IsKnown => fleet.Loaded.IsCompletedSuccessfully;

    /// <inheritdoc />
    public ValueTask CurrentAsync(CancellationToken cancel) => current.WaitAsync(cancel);

    /// <inheritdoc />
    public (long Deployments, long Servers) Of(string projectId) => fleet.Look(projectId, project => ((long)project.Counts.Total, (long)project.ServerCount));

    /// <inheritdoc />
    public long CountNew(string projectId, IReadOnlyCollection<string> servers)
    {
        var project = fleet.Look(projectId, project => project);
        return fleet.LookAtEach(servers, server => project.FindServer(server) is not { IsRemoved: false }).Count(isNew => isNew);
    }
}
