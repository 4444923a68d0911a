namespace DeploymentService.Quotas;

/// <summary>How much of what is counted in memory a project has. The fleet knows.</summary>
public interface IFleetSize
{
    /// <summary>False while it does not know yet.</summary>
    bool IsKnown { get; }

    /// <summary>Waits, but not for long, until it has everything that was written before, by whichever process.</summary>
    ValueTask CurrentAsync(CancellationToken cancel);

    /// <summary>How many deployments, and how many servers.</summary>
    (long Deployments, long Servers) Of(string projectId);

    /// <summary>How many of these servers the project does not have.</summary>
    long CountNew(string projectId, IReadOnlyCollection<string> servers);
}
