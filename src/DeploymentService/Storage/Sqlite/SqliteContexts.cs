using DeploymentService.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Makes EF Core's contexts, all with the same options: then they share what EF Core has compiled. A context of the factory can only read; rows change through
/// the writer.
/// </summary>
internal sealed partial class SqliteContexts(SqliteDatabase database, ILogger<SqliteContexts> logger) : IDbContextFactory<DeploymentDbContext>
{
    private readonly Lazy<Task> _prepared = new(() => Task.Run(() => Prepare(logger)));
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
    public Task PrepareAsync() => _prepared.Value;

    /// <summary>
    /// Does what changes do, on a database in memory. Measured: 250 ms here, which leaves some milliseconds for the first change of each kind, and then microseconds.
    /// </summary>
    private static void Prepare(ILogger logger)
    {
        try
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            using var context = On(connection);
            SqliteSchema.Create(connection);
            var token = new AccessToken { ProjectId = "", Id = "", Name = "", Role = Role.Reader, SecretHash = [], CreationTime = DateTime.UnixEpoch };
            context.Add(token);
            context.SaveChanges();
            var tokens = context.Tokens.AsNoTracking().Where(row => row.ProjectId == token.ProjectId && row.Id == token.Id);
            _ = tokens.OrderBy(row => row.CreationTime).ToList();
            tokens.ExecuteUpdate(row => row.SetProperty(used => used.LastUsedTime, DateTime.UnixEpoch));
            tokens.ExecuteDelete();
        }
        catch (Exception exception)
        {
            // Then the first change takes longer.
            Log.NotPrepared(logger, exception);
        }
    }

    private static DbContextOptions<SqliteDeploymentDbContext> Options(Action<DbContextOptionsBuilder<SqliteDeploymentDbContext>> engine)
    {
        var options = new DbContextOptionsBuilder<SqliteDeploymentDbContext>();
        engine(options);
        return options.Options;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "EF Core could not be made ready beside the writer; the first changes that use it hold up others")]
        public static partial void NotPrepared(ILogger logger, Exception exception);
    }
}
