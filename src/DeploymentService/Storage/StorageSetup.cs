using DeploymentService.Storage.Postgres;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Storage;

/// <summary>Registers the database.</summary>
public static class StorageSetup
{
    /// <summary>Adds the engine that the settings name. Behind the writer, through which it writes.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton(options).AddMetrics();
        switch (options.Provider)
        {
            case DatabaseProvider.PostgreSql:
                services.AddPostgres();
                break;
            default:
                services.AddSqlite();
                break;
        }

        return services;
    }
}
