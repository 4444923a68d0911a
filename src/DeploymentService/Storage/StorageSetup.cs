using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage;

/// <summary>Registers the database.</summary>
public static class StorageSetup
{
    /// <summary>Adds the contexts, the readers, the writer and the schema of the engine that the settings name.</summary>
    public static void AddDatabase(this IServiceCollection services, DatabaseOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SqliteFaults>()
        .AddSingleton<IDatabaseFaults>(provider => provider.GetRequiredService<SqliteFaults>())
        .AddSingleton<SqliteDatabase>()
        .AddSingleton<SqliteCheckpointer>()
        .AddSingleton<SqliteReaders>()
        .AddSingleton<IDatabaseReader>(provider => provider.GetRequiredService<SqliteReaders>())
        .AddSingleton<IWriteEngine, SqliteWriteEngine>()
        .AddSingleton<SqliteContexts>()
        .AddSingleton<IDbContextFactory<DeploymentDbContext>>(provider => provider.GetRequiredService<SqliteContexts>())
        .AddSingleton<ISchema, SqliteSchema>();
}
