using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>What the service keeps in memory of a deployment, to find and to count it: about 200 bytes. Never changed, only replaced.</summary>
public sealed class FleetEntry
{
    /// <summary>The deployment's <see cref="SoftwareDeployment.Sequence"/>.</summary>
    public required long Number { get; init; }

    /// <summary>The deployment.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its server.</summary>
    public required FleetServer Server { get; init; }

    /// <summary>Its config.</summary>
    public required FleetConfig Config { get; init; }

    /// <summary>The stack action.</summary>
    public required string? Action { get; init; }

    /// <summary>One of <see cref="DeploymentStatus.All"/>, as the same object.</summary>
    public required string Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public required string? Reason { get; init; }

    /// <summary>When it was created or last updated, UTC.</summary>
    public required DateTime ChangedTime { get; init; }

    /// <summary>Whether a deadline has passed.</summary>
    public required Lateness Lateness { get; init; }

    /// <summary>The rollout that began its execution, as the object that all of its deployments share; null for none.</summary>
    public string? RolloutId { get; init; }

    /// <summary>True while it is in progress though its deadline has passed.</summary>
    public bool IsOverdue => Lateness == Lateness.Overdue && IsInProgress;

    /// <summary>True when it failed.</summary>
    public bool IsFailed => (object)Status == DeploymentStatus.Failed;

    /// <summary>True until it is complete or failed.</summary>
    public bool IsInProgress => (object)Status == DeploymentStatus.InProgress;
}

/// <summary>A config that deployments use, once for all of them, and as long as one of them does.</summary>
public sealed class FleetConfig(string id, string? name)
{
    /// <summary>The config.</summary>
    public string Id => id;

    /// <summary>Its name.</summary>
    public string? Name => name;

    /// <summary>How many deployments use it.</summary>
    internal int Uses { get; set; }
}
