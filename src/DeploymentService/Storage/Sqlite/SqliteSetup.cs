using DeploymentService.Storage.Backup;
using DeploymentService.Storage.Copy;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Registers the engine.</summary>
internal static class SqliteSetup
{
    /// <summary>Adds context, readers, start-up migration, and how histories are found.</summary>
    public static void AddSqlite(this IServiceCollection services) => services
        .AddSingleton<SqliteFaults>()
        .AddSingleton<IDatabaseFaults>(provider => provider.GetRequiredService<SqliteFaults>())
        .AddSingleton<SqliteDatabase>()
        .AddSingleton<SqliteCheckpointer>()
        .AddSingleton<IDisk, Disk>()
        .AddSingleton<FreeSpace>()
        .AddHostedService(provider => provider.GetRequiredService<FreeSpace>())
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
        .AddSingleton<ISchema, SqliteSchema>()
        .AddSingleton<ICopyEngine, SqliteCopy>()
        .AddSingleton<IBackupEngine, SqliteBackup>();
}
