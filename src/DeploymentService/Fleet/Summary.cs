using System.Text.Json.Serialization;

namespace DeploymentService.Fleet;

/// <summary>The answer with the counts of a project.</summary>
/// <param name="Summary">The counts.</param>
public sealed record SummaryEnvelope(FleetSummary Summary);

/// <summary>How a project stands, or a part of it.</summary>
/// <param name="ByStatus">How many deployments there are of each status.</param>
/// <param name="Overdue">How many are in progress though their deadline has passed.</param>
/// <param name="Servers">How many servers are known.</param>
/// <param name="SilentServers">How many of them are silent.</param>
public sealed record FleetSummary(StatusCountsView ByStatus, int Overdue, int Servers, int SilentServers)
{
    /// <summary>What happened in the last 24 hours, oldest first; the last is the present one. Of a whole project only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HourView>? Hours { get; init; }
}

/// <summary>How many deployments there are of each status.</summary>
public sealed record StatusCountsView
{
    /// <summary>Those in progress, overdue or not.</summary>
    [JsonPropertyName("IN_PROGRESS")]
    public required int InProgress { get; init; }

    /// <summary>Those that are complete.</summary>
    [JsonPropertyName("COMPLETE")]
    public required int Complete { get; init; }

    /// <summary>Those that failed.</summary>
    [JsonPropertyName("FAILED")]
    public required int Failed { get; init; }

    /// <summary>What the wire shows of the counts.</summary>
    public static StatusCountsView Of(StatusCounts counts) => new() { InProgress = counts.InProgress, Complete = counts.Complete, Failed = counts.Failed };
}

/// <summary>What happened in an hour.</summary>
/// <param name="Time">When the hour began.</param>
/// <param name="Reports">How often servers, or somebody in their place, reported.</param>
/// <param name="Failures">How many deployments failed.</param>
public sealed record HourView(DateTime Time, int Reports, int Failures);
