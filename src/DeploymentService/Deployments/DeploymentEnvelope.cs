using System.Text.Json.Serialization;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Secrets;
using DeploymentService.Storage.Model;

namespace DeploymentService.Deployments;

/// <summary>A deployment. The keys that Heat has are always there, the others where they say something.</summary>
public sealed record DeploymentView
{
    private const int LongestReason = 1000;

    /// <summary><c>COMPLETE</c>, <c>IN_PROGRESS</c> or <c>FAILED</c>.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public required string Status { get; init; }

    /// <summary>The server that the config goes to.</summary>
    public required string ServerId { get; init; }

    /// <summary>The config.</summary>
    public required string ConfigId { get; init; }

    /// <summary>An object: what the server reported; null before it did.</summary>
    public required JsonText? OutputValues { get; init; }

    /// <summary>An object: the values that the config's inputs get.</summary>
    public required JsonText? InputValues { get; init; }

    /// <summary>The stack action that triggers the deployment.</summary>
    public required string? Action { get; init; }

    /// <summary>Why the status is what it is. In a list with `detail=true` the first 1,000 characters, and a word that says so where there are more.</summary>
    public required string? StatusReason { get; init; }

    /// <summary>The UUID of the deployment.</summary>
    public required string Id { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>When it was last updated; null before the first update.</summary>
    public required DateTime? UpdatedTime { get; init; }

    /// <summary>How long the server may take to report, in seconds, where it is limited. Not one of Heat's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Timeout { get; init; }

    /// <summary>Whether that time has passed without a report, where there is one. Not one of Heat's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Overdue { get; init; }

    /// <summary>The name of the config. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConfigName { get; init; }

    /// <summary>How often the deployment was given to its server to run. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Execution { get; init; }

    /// <summary>The rollout that began this execution. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RolloutId { get; init; }

    /// <summary>When it becomes overdue. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Deadline { get; init; }

    /// <summary>When the server's agent first fetched this execution. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? FetchedTime { get; init; }

    /// <summary>Why it is still in progress, for people. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitingFor { get; init; }

    /// <summary>The same, part by part, for programs. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WaitingPart>? WaitingForParts { get; init; }

    /// <summary>The names, at any depth of the input values, under which something must not be shown on a screen. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? HiddenInputs { get; init; }

    /// <summary>The same of the output values. With `detail=true`.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? HiddenOutputs { get; init; }

    /// <summary>How much of it is of a size that clients decide.</summary>
    internal int LargeBytes => (InputValues?.Utf8.Length ?? 0) + (OutputValues?.Utf8.Length ?? 0) + (StatusReason?.Length ?? 0);

    /// <summary>The same with the first 1,000 characters of a longer reason, and a word that says so.</summary>
    internal DeploymentView WithShortReason() => StatusReason is { Length: > LongestReason } ? this with { StatusReason = ShortReason(StatusReason) } : this;

    /// <summary>The first 1,000 characters of a longer reason, and a word that says so.</summary>
    internal static string? ShortReason(string? reason)
    {
        if (reason is not { Length: > LongestReason })
        {
            return reason;
        }

        // Not through the middle of an emoji.
        var end = char.IsHighSurrogate(reason[LongestReason - 1]) ? LongestReason - 1 : LongestReason;
        return reason[..end] + "… (cut: show the deployment for the whole reason)";
    }

    /// <summary>The same without input and output values, where those are not asked for.</summary>
    internal DeploymentView With(ShownValues values) => values == ShownValues.None ? this with { InputValues = null, OutputValues = null } : this;

    /// <summary>What the wire shows of a deployment.</summary>
    public static DeploymentView Of(SoftwareDeployment deployment) => new()
    {
        Status = deployment.Status,
        ServerId = deployment.ServerId,
        ConfigId = deployment.ConfigId,
        OutputValues = deployment.OutputValues,
        InputValues = deployment.InputValues,
        Action = deployment.Action,
        StatusReason = deployment.StatusReason,
        Id = deployment.Id,
        CreationTime = deployment.CreationTime,
        UpdatedTime = deployment.UpdatedTime,
        Timeout = deployment.Timeout,
        Overdue = deployment.Timeout is null ? null : deployment.Lateness == Lateness.Overdue,
    };
}

/// <summary>The answer with one deployment.</summary>
/// <param name="SoftwareDeployment">The deployment.</param>
public sealed record DeploymentEnvelope(DeploymentView SoftwareDeployment);

/// <summary>The answer with deployments.</summary>
/// <param name="SoftwareDeployments">The deployments, oldest first.</param>
public sealed record DeploymentList(IReadOnlyList<DeploymentView> SoftwareDeployments)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? SoftwareDeploymentsLinks { get; init; }
}
