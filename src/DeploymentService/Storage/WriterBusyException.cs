namespace DeploymentService.Storage;

/// <summary>The change was not taken and nothing of it was stored: the queue is full, the disk is, or the service is stopping. Trying again may help.</summary>
public sealed class WriterBusyException(string message, Exception? cause = null) : DatabaseUnavailableException(message, cause);
