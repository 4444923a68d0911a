using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>A set of statuses.</summary>
[Flags]
public enum Statuses
{
    /// <summary><see cref="DeploymentStatus.InProgress"/>.</summary>
    InProgress = 1,

    /// <summary><see cref="DeploymentStatus.Complete"/>.</summary>
    Complete = 2,

    /// <summary><see cref="DeploymentStatus.Failed"/>.</summary>
    Failed = 4,

    /// <summary>Whichever.</summary>
    All = InProgress | Complete | Failed,
}
