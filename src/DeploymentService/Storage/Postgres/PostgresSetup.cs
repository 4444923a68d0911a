using DeploymentService.Storage.Backup;
using DeploymentService.Storage.Copy;
using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage.Postgres;

/// <summary>Registers the engine.</summary>
internal static class PostgresSetup
{
    /// <summary>Adds context, readers, start-up migration, and how histories are found.</summary>
    public static void AddPostgres(this IServiceCollection services) => services
        .AddSingleton<PostgresFaults>()
        .AddSingleton<IDatabaseFaults>(provider => provider.GetRequiredService<PostgresFaults>())
        .AddSingleton<PostgresDatabase>()
        .AddSingleton<IDatabaseReader, PostgresReaders>()
        .AddSingleton<IWriteEngine, PostgresWriteEngine>()
        .AddSingleton<IEventHistory, PostgresEventHistory>()
        .AddSingleton<PostgresContexts>()
        .AddSingleton<IDbContextFactory<DeploymentDbContext>>(provider => provider.GetRequiredService<PostgresContexts>())
        .AddSingleton<ISchema, PostgresSchema>()
        .AddSingleton<ICopyEngine, PostgresCopy>()
        .AddSingleton<IBackupEngine, PostgresBackup>();
}
