using System.Text.Json.Serialization;
using DeploymentService.Secrets;

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

    /// <summary>The same group by group, the largest first. With `group_by`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GroupView>? Groups { get; init; }

    /// <summary>How many groups there are, also where `limit` let only the largest of them be shown. With `group_by`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? GroupCount { get; init; }
}

/// <summary>How the deployments stand that have something in common.</summary>
/// <param name="Key">
/// What they have in common: the id of a config or of a server, an action, or a reason without what differs, such as numbers, ids, paths and times. Null for those that have
/// none. As the filter `config_id`, `server_id`, `action` or `reason` it finds them.
/// </param>
/// <param name="Count">How many they are.</param>
/// <param name="ByStatus">How many there are of each status.</param>
/// <param name="Overdue">How many are in progress though their deadline has passed.</param>
public sealed record GroupView(string? Key, int Count, StatusCountsView ByStatus, int Overdue)
{
    /// <summary>The name of the config, where it has one. With `group_by=config`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConfigName { get; init; }

    /// <summary>The one of them that changed last. With `group_by=reason`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GroupExample? Example { get; init; }
}

/// <summary>One deployment of a group.</summary>
/// <param name="Id">The UUID of the deployment.</param>
/// <param name="ServerId">Its server.</param>
/// <param name="StatusReason">Why its status is what it is; the first 1,000 characters.</param>
public sealed record GroupExample(string Id, string ServerId, string? StatusReason)
{
    /// <summary>What somebody may see of a deployment.</summary>
    internal static GroupExample Of(FleetEntry entry, Redaction? redaction) => new(entry.Id.ToString(), entry.Server.Id, entry.Reason?.TextFor(redaction));
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
