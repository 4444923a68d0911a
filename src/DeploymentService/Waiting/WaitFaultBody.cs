using DeploymentService.Fleet;
using DeploymentService.Http.OpenApi;

namespace DeploymentService.Waiting;

/// <summary>A wait that did not end well: what Heat says of an error, and how the deployments stand.</summary>
// Nothing is made of this type: it describes to the document what a WaitAnswer writes.
public sealed record WaitFaultBody : FaultBody
{
    /// <summary>How many there are of each status.</summary>
    public StatusCountsView? Counts { get; init; }

    /// <summary>The first ten that failed, in the order in which they did.</summary>
    public IReadOnlyList<FailureView>? Failures { get; init; }

    /// <summary>The first ten that are still in progress, those whose server has been silent longest first.</summary>
    public IReadOnlyList<LeftView>? Left { get; init; }
}
