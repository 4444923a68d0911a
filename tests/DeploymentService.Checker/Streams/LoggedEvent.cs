using System.Text.Json;

namespace DeploymentService.Checker.Streams;

/// <summary>An event, from a history or from a stream.</summary>
public sealed record LoggedEvent(
    long Sequence,
    string DeploymentId,
    string Event,
    long Execution,
    string? StatusFrom,
    string? StatusTo,
    string? Reason,
    string? RequestId,
    string Text)
{
    /// <summary>True when it made a new revision of its deployment.</summary>
    public bool MakesRevision => Event is "created" or "update" or "late" or "signal" or "run" or "overdue" or "expired";

    /// <summary>Reads one.</summary>
    public static LoggedEvent Of(JsonElement json) => new(
        json.GetProperty("sequence").GetInt64(),
        json.GetProperty("deployment_id").GetString()!,
        json.GetProperty("event").GetString()!,
        json.GetProperty("execution").GetInt64(),
        json.GetProperty("status_from").GetString(),
        json.GetProperty("status_to").GetString(),
        json.GetProperty("reason").GetString(),
        json.GetProperty("request_id").GetString(),
        json.GetRawText());

    /// <inheritdoc />
    public override string ToString() => $"{Sequence} {Event} of {DeploymentId} '{Reason}' {RequestId}";
}
