using System.Text.Json.Serialization;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Secrets;
using DeploymentService.Storage.Model;

namespace DeploymentService.Runs;

/// <summary>What a deployment ran once, and what became of it. Every key is always there.</summary>
public sealed record RunView
{
    /// <summary>Counts from 1 how often the deployment was given to its server to run.</summary>
    public required long Number { get; init; }

    /// <summary>The config that is run; that of an earlier run may be deleted since.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The stack action.</summary>
    public required string? Action { get; init; }

    /// <summary>An object: the values that the config's inputs get.</summary>
    public required JsonText? InputValues { get; init; }

    /// <summary>When it began.</summary>
    public required DateTime StartedTime { get; init; }

    /// <summary>The name of who began it; null for whoever has none.</summary>
    public required string? StartedBy { get; init; }

    /// <summary>When the server's agent first fetched it; null when none did.</summary>
    public required DateTime? FetchedTime { get; init; }

    /// <summary>When it first was complete or failed; null while nobody has said so.</summary>
    public required DateTime? EndedTime { get; init; }

    /// <summary><c>COMPLETE</c>, <c>IN_PROGRESS</c> or <c>FAILED</c>. A run that was followed by the next before its end is in progress until its server reports it.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public required string Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public required string? StatusReason { get; init; }

    /// <summary>An object: what was reported of this run, and of no other; null before anything was.</summary>
    public required JsonText? OutputValues { get; init; }

    /// <summary>The rollout that began it; null for none.</summary>
    public required string? RolloutId { get; init; }

    /// <summary>How much of it is of a size that clients decide.</summary>
    internal int LargeBytes => (InputValues?.Utf8.Length ?? 0) + (OutputValues?.Utf8.Length ?? 0) + (StatusReason?.Length ?? 0);

    /// <summary>The same without input and output values, where those are not asked for.</summary>
    internal RunView With(ShownValues values) => values == ShownValues.None ? this with { InputValues = null, OutputValues = null } : this;

    /// <summary>What the wire shows of a run.</summary>
    public static RunView Of(DeploymentRun run) => new()
    {
        Number = run.Number,
        ConfigId = run.ConfigId,
        Action = run.Action,
        InputValues = run.InputValues,
        StartedTime = run.StartedTime,
        StartedBy = run.StartedBy,
        FetchedTime = run.FetchedTime,
        EndedTime = run.EndedTime,
        Status = run.Status,
        StatusReason = run.StatusReason,
        OutputValues = run.OutputValues,
        RolloutId = run.RolloutId,
    };
}

/// <summary>The answer with one run.</summary>
/// <param name="Run">The run.</param>
public sealed record RunEnvelope(RunView Run);

/// <summary>The answer with runs.</summary>
/// <param name="Runs">The runs, newest first.</param>
public sealed record RunList(IReadOnlyList<RunView> Runs)
{
    /// <summary>The next page, where a limit cut the list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? RunsLinks { get; init; }
}
