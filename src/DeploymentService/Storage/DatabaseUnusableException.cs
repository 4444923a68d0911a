namespace DeploymentService.Storage;

/// <summary>The service cannot start on its database. The message is for the operator: it says what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when another process has the file.</summary>
    public bool IsInUse { get; init; }
}
