namespace DeploymentService.Storage;

/// <summary>A look at the end of the log that succeeded: everything is known that was committed before it began.</summary>
/// <param name="Begun">When it began, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
/// <param name="End">The last event that it found.</param>
public sealed record LogLook(long Begun, long End);

/// <summary>Says how fresh is what the followers of a shared database know.</summary>
public interface ILogLooks
{
    /// <summary>
    /// The last look that succeeded; null before the first. A follower whose position is at or behind its end has everything that was committed before it began, so
    /// what that follower knows is no older than the time since then. It is published when all followers that keep up were given what it found.
    /// </summary>
    LogLook? Last { get; }
}
