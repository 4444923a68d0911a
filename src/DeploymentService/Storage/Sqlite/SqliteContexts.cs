using DeploymentService.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Makes EF Core's contexts, all with the same options: then they share what EF Core has compiled. A context of the factory can only read; rows change through
/// the writer.
/// </summary>
internal sealed class SqliteContexts(SqliteDatabase database, ILogger<SqliteContexts> logger) : IDbContextFactory<DeploymentDbContext>
{
    private readonly ModelPreparation _preparation = new(InMemory, logger);
    private readonly DbContextOptions<SqliteDeploymentDbContext> _reading = Options(context => context.UseSqlite(
        new SqliteConnectionStringBuilder(database.ConnectionString) { Mode = SqliteOpenMode.ReadOnly }.ConnectionString));

    /// <inheritdoc />
    public DeploymentDbContext CreateDbContext() => new SqliteDeploymentDbContext(_reading);

    /// <summary>A context that migrates.</summary>
    public SqliteDeploymentDbContext Migrating() => new(Options(context => context.UseSqlite(database.ConnectionString)));

    /// <summary>A context on a connection that is open, and whose transactions somebody else begins and ends.</summary>
    public static SqliteDeploymentDbContext On(SqliteConnection connection)
    {
        var context = new SqliteDeploymentDbContext(Options(options => options.UseSqlite(connection)));
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        return context;
    }

    /// <summary>As <see cref="IWriteEngine.PrepareModelAsync"/>.</summary>
    public Task PrepareAsync() => _preparation.Done;

    /// <summary>A context on a database in memory. Measured: what is done there takes 250 ms, which leaves some milliseconds for the first change of each kind, and then microseconds.</summary>
    private static void InMemory(Action<DeploymentDbContext> work)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var context = On(connection);
        SqliteSchema.Create(connection);
        work(context);
    }

    private static DbContextOptions<SqliteDeploymentDbContext> Options(Action<DbContextOptionsBuilder<SqliteDeploymentDbContext>> engine)
    {
        var options = new DbContextOptionsBuilder<SqliteDeploymentDbContext>();
        engine(options);
        return options.Options;
    }
}
