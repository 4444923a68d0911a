using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>An event of the log, as followers get it: from the memory of the writer that has just appended it, or from the database.</summary>
/// <param name="Event">The event.</param>
/// <param name="Deployment">
/// The deployment after it, or as it became since; null when it is gone, and for an event about something else. How often it is applied makes no difference.
/// </param>
public readonly record struct CommittedEvent(DeploymentEvent Event, SoftwareDeployment? Deployment)
{
    /// <summary>The name of the deployment's config, where the deployment may not have had that config before.</summary>
    public string? ConfigName { get; init; }

    /// <summary>The token or session after it, for an event about one that this process has appended; null when it is gone, and always when the event was read.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>True when it was read: then <see cref="Deployment"/> has no input and output values, and the beginning of its reason only.</summary>
    public bool IsFromDatabase { get; init; }
}
