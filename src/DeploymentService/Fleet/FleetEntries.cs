using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>Makes what memory keeps of a deployment, sharing what many have in common.</summary>
internal static class FleetEntries
{
    /// <summary>The entry of a deployment as it is now.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="deployment">The deployment.</param>
    /// <param name="configName">The name of its config, where the project may not know that config.</param>
    public static FleetEntry Of(ProjectFleet project, SoftwareDeployment deployment, string? configName)
    {
        var known = project.Find(deployment.Sequence);
        return new()
        {
            Number = deployment.Sequence,
            Id = known?.Id ?? Guid.Parse(deployment.Id),
            Server = known?.Server ?? project.ServerOf(deployment.ServerId),
            Config = known?.Config.Id == deployment.ConfigId ? known.Config
                : project.FindConfig(deployment.ConfigId) ?? project.AddConfig(deployment.ConfigId, configName),
            Action = deployment.Action,
            Status = DeploymentStatus.Intern(deployment.Status),
            Reason = Shared(deployment.StatusReason),
            ChangedTime = deployment.UpdatedTime ?? deployment.CreationTime,
            Lateness = deployment.Lateness,
            RolloutId = project.Shared(deployment.RolloutId),
        };
    }

    /// <summary>A reason, short, and shared where it is one of those that most deployments have.</summary>
    public static string? Shared(string? reason) => reason switch
    {
        DeploymentStatus.DataAvailable => DeploymentStatus.DataAvailable,
        DeploymentStatus.OutputsReceived => DeploymentStatus.OutputsReceived,
        _ => DeploymentEvent.Shorten(reason),
    };
}
