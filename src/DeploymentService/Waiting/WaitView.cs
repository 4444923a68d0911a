using System.Text.Json;
using System.Text.Json.Serialization;
using DeploymentService.Http;

namespace DeploymentService.Waiting;

/// <summary>How the deployments stand that were waited for. In an error it stands beside Heat's keys.</summary>
/// <param name="Counts">How many there are of each status.</param>
/// <param name="Failures">The first ten that failed, in the order in which they did.</param>
/// <param name="Left">The first ten that are still in progress, those whose server is silent for longest first.</param>
public sealed record WaitView(Fleet.StatusCountsView Counts, IReadOnlyList<FailureView> Failures, IReadOnlyList<LeftView> Left) : IWaitView
{
    long IWaitView.FailedCount => Counts.Failed;

    long IWaitView.InProgressCount => Counts.InProgress;

    void IWaitView.WriteCounts(Utf8JsonWriter writer, WireJson json)
    {
        writer.WritePropertyName("counts");
        json.Write(writer, Counts);
    }
}

/// <summary>A deployment that failed.</summary>
/// <param name="Id">The UUID of the deployment.</param>
/// <param name="ServerId">The server.</param>
/// <param name="ConfigId">The config.</param>
/// <param name="StatusReason">Why it failed: the first 1,000 characters, and a word that says so where there are more.</param>
public sealed record FailureView(string Id, string ServerId, string ConfigId, string? StatusReason);

/// <summary>A deployment that is still in progress.</summary>
/// <param name="Id">The UUID of the deployment.</param>
/// <param name="ServerId">The server.</param>
/// <param name="ConfigId">The config.</param>
/// <param name="LastHeardTime">When the server was last heard of; null for never.</param>
/// <param name="WaitingFor">Why it is still in progress, for people; cut as a reason is.</param>
public sealed record LeftView(string Id, string ServerId, string ConfigId, DateTime? LastHeardTime, string? WaitingFor);

/// <summary>How many of the deployments that are waited for have each status, while the wait goes on.</summary>
/// <param name="InProgress">Those in progress.</param>
/// <param name="Complete">Those that are complete.</param>
/// <param name="Failed">Those that failed.</param>
public sealed record ProgressView(
    [property: JsonPropertyName("IN_PROGRESS")] int InProgress, [property: JsonPropertyName("COMPLETE")] int Complete, [property: JsonPropertyName("FAILED")] int Failed);
