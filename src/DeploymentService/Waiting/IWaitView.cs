using System.Text.Json;
using DeploymentService.Http;

namespace DeploymentService.Waiting;

/// <summary>How that stands which was waited for. In an error it stands beside Heat's keys.</summary>
internal interface IWaitView
{
    /// <summary>The first that failed.</summary>
    IReadOnlyList<FailureView> Failures { get; }

    /// <summary>The first that are still in progress.</summary>
    IReadOnlyList<LeftView> Left { get; }

    /// <summary>How many failed in all.</summary>
    long FailedCount { get; }

    /// <summary>How many are still in progress in all.</summary>
    long InProgressCount { get; }

    /// <summary>Writes the counts, and what else stands in front of those that failed.</summary>
    void WriteCounts(Utf8JsonWriter writer, WireJson json);
}
