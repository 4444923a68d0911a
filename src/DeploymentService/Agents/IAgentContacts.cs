namespace DeploymentService.Agents;

/// <summary>Hears when servers' agents ask what to run.</summary>
public interface IAgentContacts
{
    /// <summary>Hears that a server's agent asked what to run.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="time">When, UTC.</param>
    /// <param name="mayBeNew">False when whoever asked could name any server: then one that is not known is not made for it.</param>
    void RecordFetch(string projectId, string serverId, DateTime time, bool mayBeNew);

    /// <summary>Hears that the agent of a server asked with a URL that is no longer good. A server without anything to run is not remembered for it.</summary>
    void RecordExpiredPoll(string projectId, string serverId, DateTime time, bool hasExpired);
}
