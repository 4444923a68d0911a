namespace DeploymentService.Data;

/// <summary>The service cannot start on its database. The message is for the operator: it says what to do.</summary>
public sealed class DatabaseUnusableException(string message, Exception? cause = null) : Exception(message, cause);
