using System.Text.Json;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;

namespace DeploymentService.Rollouts;

/// <summary>How a rollout stands that was waited for. In an error it stands beside Heat's keys.</summary>
/// <param name="Status">The status of the rollout.</param>
/// <param name="Counts">How many servers there are of each status.</param>
/// <param name="Failures">The first ten that failed, in the order in which they did.</param>
/// <param name="Left">The first ten that are still in progress, those whose server is silent for longest first.</param>
public sealed record RolloutWaitView(
    [property: OneOf(typeof(RolloutStatus))] string Status, RolloutCountsView Counts, IReadOnlyList<FailureView> Failures, IReadOnlyList<LeftView> Left)
    : IWaitView
{
    long IWaitView.FailedCount => Counts.Failed;

    long IWaitView.InProgressCount => Counts.InProgress;

    void IWaitView.WriteCounts(Utf8JsonWriter writer, WireJson json)
    {
        writer.WriteString("status", Status);
        writer.WritePropertyName("counts");
        json.Write(writer, Counts);
    }
}

/// <summary>How a wait ended that did not end well: Heat's error, and how the rollout stands.</summary>
// Nothing is made of it: it describes to the document what an answer writes.
public sealed record RolloutWaitFaultBody
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>The name of the status.</summary>
    public required string Title { get; init; }

    /// <summary>What the status means.</summary>
    public required string Explanation { get; init; }

    /// <summary>How the rollout stands, in a sentence.</summary>
    public required FaultDetail Error { get; init; }

    /// <summary>The status of the rollout.</summary>
    [OneOf(typeof(RolloutStatus))]
    public required string Status { get; init; }

    /// <summary>How many servers there are of each status.</summary>
    public required RolloutCountsView Counts { get; init; }

    /// <summary>The first ten that failed, in the order in which they did.</summary>
    public required IReadOnlyList<FailureView> Failures { get; init; }

    /// <summary>The first ten that are still in progress, those whose server is silent for longest first.</summary>
    public required IReadOnlyList<LeftView> Left { get; init; }
}
