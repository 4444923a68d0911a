using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage;

/// <summary>Registers the database.</summary>
public static class StorageSetup
{
    /// <summary>Adds the engine that the settings name: context, readers, start-up migration, and how it finds histories. Behind the writer, through which it writes.</summary>
    public static void AddDatabase(this IServiceCollection services, DatabaseOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SqliteFaults>()
        .AddSingleton<IDatabaseFaults>(provider => provider.GetRequiredService<SqliteFaults>())
        .AddSingleton<SqliteDatabase>()
        .AddSingleton<SqliteCheckpointer>()
        .AddSingleton<SqliteReaders>()
        .AddSingleton<IDatabaseReader>(provider => provider.GetRequiredService<SqliteReaders>())
        .AddSingleton<IWriteEngine, SqliteWriteEngine>()
        .AddSingleton<HistoryIndex>()
        .AddSingleton<ILogFollower>(provider => provider.GetRequiredService<HistoryIndex>())
        .AddSingleton<HistoryIndexer>()
        .AddHostedService(provider => provider.GetRequiredService<HistoryIndexer>())
        .AddSingleton<IEventHistory, SqliteEventHistory>()
        .AddSingleton<SqliteContexts>()
        .AddSingleton<IDbContextFactory<DeploymentDbContext>>(provider => provider.GetRequiredService<SqliteContexts>())
        .AddSingleton<ISchema, SqliteSchema>();
}
