namespace DeploymentService.Storage;

/// <summary>
/// Follows the log from its own position. What it knows is what the log up to there says, so it can always be brought up to the end by reading on. In which order
/// followers are registered makes no difference, and none sees what another has made of an event.
/// </summary>
public interface ILogFollower
{
    /// <summary>Its name in the log of the service and in its health.</summary>
    string Name { get; }

    /// <summary>The last event that it has taken; null before it can follow.</summary>
    long? Position { get; }

    /// <summary>Hears where the log ends, before anything is appended. Who needs nothing of what was before begins there.</summary>
    /// <param name="end">The last event; 0 for none.</param>
    void Begin(long end);

    /// <summary>
    /// Takes the events behind <see cref="Position"/>, in their order, and moves on with each. While it is at the end of the log, it is called on the writer's thread
    /// before callers are answered, so it must not wait. An event at which it throws is given to it again.
    /// </summary>
    void Apply(ReadOnlySpan<CommittedEvent> events);
}
