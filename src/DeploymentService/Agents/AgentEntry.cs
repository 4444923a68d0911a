using System.Globalization;
using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>A deployment's execution with the config that it runs, as the agent document needs the two.</summary>
public sealed record AgentEntry
{
    /// <summary>The config.</summary>
    public required SoftwareConfig Config { get; init; }

    /// <summary>The deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The server.</summary>
    public required string ServerId { get; init; }

    /// <summary>Which of the deployment's executions it is.</summary>
    public required long Execution { get; init; }

    /// <summary>The stack action.</summary>
    public required string? Action { get; init; }

    /// <summary>A JSON object: the values that the config's inputs get.</summary>
    public required JsonText? InputValues { get; init; }

    /// <summary>True when it is in progress and no agent has fetched this execution yet.</summary>
    public required bool IsNew { get; init; }

    /// <summary>False when it ended before its server can have had it: then no agent gets it any more.</summary>
    public required bool IsHandedOut { get; init; }

    /// <summary>False when its outcome is known.</summary>
    public required bool IsInProgress { get; init; }

    /// <summary>Names the execution among those of its server.</summary>
    public (string DeploymentId, long Execution) Key => (DeploymentId, Execution);

    /// <summary>The name by which an agent knows the execution: it never runs one name twice, and uses it as the name of a file.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{DeploymentId}-{Execution}");
}

/// <summary>A deployment as Heat's metadata has it: its config alone.</summary>
/// <param name="Config">The config.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Execution">Which of the deployment's executions it is.</param>
/// <param name="IsNew">True when it is in progress and no agent has fetched this execution yet.</param>
public sealed record MetadataEntry(SoftwareConfig Config, string DeploymentId, long Execution, bool IsNew)
{
    /// <summary>Names the execution among those of its server.</summary>
    public (string DeploymentId, long Execution) Key => (DeploymentId, Execution);
}
