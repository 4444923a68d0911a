using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// Makes EF Core's contexts. A context of the factory can only read; rows change through the writer.
/// </summary>
internal sealed class PostgresContexts(PostgresDatabase database, ILogger<PostgresContexts> logger) : IDbContextFactory<DeploymentDbContext>
{
    private readonly ModelPreparation _preparation = new(work => InVain(database, work), logger);
    /// <inheritdoc />
    public DeploymentDbContext CreateDbContext() => new PostgresDeploymentDbContext(Options(context => context.UseNpgsql(database.Readers)));

    /// <summary>A context on a connection that is open, and whose transactions somebody else begins and ends.</summary>
    public static PostgresDeploymentDbContext On(NpgsqlConnection connection)
    {
        var context = Migrating(connection);
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return context;
    }

    /// <summary>A context on a connection that is open.</summary>
    public static PostgresDeploymentDbContext Migrating(NpgsqlConnection connection) => new(Options(options => options.UseNpgsql(connection)));

    /// <summary>As <see cref="IWriteEngine.PrepareModelAsync"/>.</summary>
    public Task PrepareAsync() => _preparation.Done;

    /// <summary>A context whose work is taken back.</summary>
    private static void InVain(PostgresDatabase database, Action<DeploymentDbContext> work)
    {
        using var connection = database.OpenMigrator();
        using var transaction = connection.BeginTransaction();
        using var context = On(connection);
        work(context);
        transaction.Rollback();
    }

    private static DbContextOptions<PostgresDeploymentDbContext> Options(Action<DbContextOptionsBuilder<PostgresDeploymentDbContext>> engine)
    {
        var options = new DbContextOptionsBuilder<PostgresDeploymentDbContext>();
        engine(options);
        return options.Options;
    }
}
