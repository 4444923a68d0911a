using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// Makes EF Core's contexts. A context of the factory can only read; rows change through the writer.
/// </summary>
internal sealed partial class PostgresContexts(PostgresDatabase database, ILogger<PostgresContexts> logger) : IDbContextFactory<DeploymentDbContext>
{
    private readonly Lazy<Task> _prepared = new(() => Task.Run(() => Prepare(database, logger)));
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
    public Task PrepareAsync() => _prepared.Value;

    /// <summary>Does what changes do, and takes it back.</summary>
    private static void Prepare(PostgresDatabase database, ILogger logger)
    {
        try
        {
            using var connection = database.OpenMigrator();
            using var transaction = connection.BeginTransaction();
            using var context = On(connection);
            var token = new AccessToken { ProjectId = "", Id = Guid.NewGuid().ToString(), Name = "", Role = Role.Reader, SecretHash = Guid.NewGuid().ToByteArray(), CreationTime = DateTime.UnixEpoch };
            context.Add(token);
            context.SaveChanges();
            var tokens = context.Tokens.AsNoTracking().Where(row => row.ProjectId == token.ProjectId && row.Id == token.Id);
            _ = tokens.OrderBy(row => row.CreationTime).ToList();
            tokens.ExecuteUpdate(row => row.SetProperty(used => used.LastUsedTime, DateTime.UnixEpoch));
            tokens.ExecuteDelete();
            transaction.Rollback();
        }
        catch (Exception exception)
        {
            // Then the first change takes longer.
            Log.NotPrepared(logger, exception);
        }
    }

    private static DbContextOptions<PostgresDeploymentDbContext> Options(Action<DbContextOptionsBuilder<PostgresDeploymentDbContext>> engine)
    {
        var options = new DbContextOptionsBuilder<PostgresDeploymentDbContext>();
        engine(options);
        return options.Options;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "EF Core could not be made ready beside the writer; the first changes that use it hold up others")]
        public static partial void NotPrepared(ILogger logger, Exception exception);
    }
}
