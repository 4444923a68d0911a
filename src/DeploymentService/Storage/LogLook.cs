namespace DeploymentService.Storage;

/// <summary>A look at the end of the log that succeeded: everything is known that was committed before it began.</summary>
/// <param name="Begun">When it began, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
/// <param name="End">The last event that it found.</param>
public sealed record LogLook(long Begun, long End);

/// <summary>Says how fresh is what the followers of a shared database know.</summary>
public interface ILogLooks
{
    /// <summary>The last look that succeeded; null before the first.</summary>
    LogLook? Last { get; }
}

/// <summary>Nobody looks: the database is not shared.</summary>
internal sealed class NoLooks : ILogLooks
{
    /// <inheritdoc />
    public LogLook? Last => null;
}
