using DeploymentService.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace DeploymentService.Storage;

/// <summary>Registers the database.</summary>
public static class StorageSetup
{
    /// <summary>Adds the context, the readers and the start-up migration of the engine that the settings name.</summary>
    public static void AddDatabase(this IServiceCollection services, DatabaseOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SqliteFaults>()
        .AddSingleton<IDatabaseFaults>(provider => provider.GetRequiredService<SqliteFaults>())
        .AddSingleton<SqliteDatabase>()
        .AddSingleton<SqliteCheckpointer>()
        .AddSingleton<SqliteReaders>()
        .AddSingleton<IDatabaseReader>(provider => provider.GetRequiredService<SqliteReaders>())
        .AddSingleton<IWriteEngine, SqliteWriteEngine>()
        .AddSingleton<SqliteSchema>()
        .AddPooledDbContextFactory<SqliteDeploymentDbContext>(context => context
            .UseSqlite(options.ConnectionString)
            // Whoever catches what EF Core throws says it, and without a stack where the database is at fault.
            .ConfigureWarnings(events => events.Ignore(
                CoreEventId.QueryIterationFailed, RelationalEventId.CommandError, RelationalEventId.ConnectionError)));
}
