using DeploymentService.Fleet;
using DeploymentService.Http.OpenApi;

namespace DeploymentService.Waiting;

/// <summary>How a wait ended that did not end well: Heat's error, and how the deployments stand.</summary>
// Nothing is made of it: it describes to the document what an answer writes.
public sealed record WaitFaultBody
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What the status means.</summary>
    public required string Explanation { get; init; }

    /// <summary>How the deployments stand, in a sentence.</summary>
    public required FaultDetail Error { get; init; }

    /// <summary>How many there are of each status.</summary>
    public required StatusCountsView Counts { get; init; }

    /// <summary>The first ten that failed, in the order in which they did.</summary>
    public required IReadOnlyList<FailureView> Failures { get; init; }

    /// <summary>The first ten that are still in progress, those whose server is silent for longest first.</summary>
    public required IReadOnlyList<LeftView> Left { get; init; }
}
