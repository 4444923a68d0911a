namespace DeploymentService.Storage;

/// <summary>What the engine's exceptions mean, for those who must not know the engine.</summary>
public interface IDatabaseFaults
{
    /// <summary>Why the database cannot be trusted any more, for clients; null while it can. Once it is damaged it stays so until the next start.</summary>
    string? Damage { get; }

    /// <summary>Tells an exception of the engine that is a fault of the database, its disk or another program, from a fault of ours, which is null.</summary>
    DatabaseUnavailableException? Unavailable(Exception exception);
}
