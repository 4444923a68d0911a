namespace DeploymentService.Storage;

/// <summary>The change was not taken and nothing of it was stored: the queue is full, the disk is, or the service is stopping. Trying again may help.</summary>
public sealed class WriterBusyException(string message, Exception? cause = null) : DatabaseUnavailableException(message, cause)
{
    /// <summary>True when there is too little room for a change of its <see cref="SpaceNeed"/>: one that needs less may be taken.</summary>
    public bool IsForRoom { get; init; }
}
