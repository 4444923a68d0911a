namespace DeploymentService.Storage.Model;

/// <summary>What an event can be about that is about no deployment (<see cref="DeploymentEvent.Subject"/>). The words are stored exactly so.</summary>
public static class EventSubject
{
    /// <summary>A server, which <see cref="DeploymentEvent.ServerId"/> names.</summary>
    public const string Server = "server";
}
