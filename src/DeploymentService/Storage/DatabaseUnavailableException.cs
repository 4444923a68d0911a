namespace DeploymentService.Storage;

/// <summary>
/// The database cannot do now what it was asked for: another program holds it, its disk fails or is full, or its file is damaged. The message is for clients. In a
/// log it is a line and no stack: where it was met says nothing.
/// </summary>
public class DatabaseUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <inheritdoc />
    public override string ToString() => InnerException is { } cause ? $"{Message} ({cause.GetBaseException().Message})" : Message;
}
