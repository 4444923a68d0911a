using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>Opens the session that writes.</summary>
internal sealed class PostgresWriteEngine(PostgresDatabase database, PostgresContexts contexts, PostgresFaults faults, ILogger<PostgresWriteEngine> logger) : IWriteEngine
{
    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public TimeSpan Patience => database.BusyTimeout;

    /// <inheritdoc />
    public Task PrepareModelAsync() => contexts.PrepareAsync();

    /// <inheritdoc />
    public IWriteSession Open()
    {
        try
        {
            var session = new PostgresWriteSession(database, faults, logger);
            session.Connect();
            return session;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFaults.Unusable(database.Name, exception);
        }
    }
}
