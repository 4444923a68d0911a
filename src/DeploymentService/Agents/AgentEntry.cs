using DeploymentService.Json;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>A deployment's execution with the config that it runs, as the agent document needs the two.</summary>
/// <param name="Config">The config.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="ServerId">The server.</param>
/// <param name="Execution">Which of the deployment's executions it is.</param>
/// <param name="Action">The stack action.</param>
/// <param name="InputValues">A JSON object: the values that the config's inputs get.</param>
/// <param name="IsNew">True when it is in progress and no agent has fetched this execution yet.</param>
/// <param name="IsHandedOut">False when it ended before its server can have had it: then no agent gets it any more.</param>
public sealed record AgentEntry(
    SoftwareConfig Config, string DeploymentId, string ServerId, long Execution, string? Action, JsonText? InputValues, bool IsNew, bool IsHandedOut)
{
    /// <summary>Names the execution among those of its server.</summary>
    public (string DeploymentId, long Execution) Key => (DeploymentId, Execution);
}

/// <summary>A deployment as Heat's metadata has it: its config alone.</summary>
/// <param name="Config">The config.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Execution">Which of the deployment's executions it is.</param>
/// <param name="IsNew">True when it is in progress and no agent has fetched this execution yet.</param>
public sealed record MetadataEntry(SoftwareConfig Config, string DeploymentId, long Execution, bool IsNew);
