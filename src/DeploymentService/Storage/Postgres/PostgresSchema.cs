using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>Brings the database to this program's schema at start, or says why it cannot. Replicas that start at once do it one after the other.</summary>
internal sealed partial class PostgresSchema(PostgresDatabase database, ILogger<PostgresSchema> logger) : ISchema
{
    private const int OldestServer = 150_000;

    // Any number that nobody else uses in this database.
    private const string LockSql = "SELECT pg_advisory_lock(5270031)";

    private const string HasHistorySql = """SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""";

    private static readonly IReadOnlyList<string> Known = MigrationNames.Of<PostgresDeploymentDbContext>();

    /// <summary>At the end of the name of a migration that programs without it cannot work with.</summary>
    private const string Breaking = "Breaking";

    /// <inheritdoc />
    public void BringUpToDate()
    {
        try
        {
            using var connection = database.OpenMigrator();
            CheckServer(connection);
            if (IsBehind(connection))
            {
                // EF Core's own lock does not keep two first starts apart: of four at once one failed in each of seven tries. This one ends with its connection.
                Run(connection, LockSql);
                Migrate(connection);
            }
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFaults.Unusable(database.Name, exception);
        }
    }

    private void Migrate(NpgsqlConnection connection)
    {
        var missing = Known.Except(Applied(connection)).ToList();
        if (missing.Count > 0)
        {
            using var context = PostgresContexts.Migrating(connection);
            context.Database.Migrate();
            Log.Migrated(logger, string.Join(", ", missing));
        }
    }

    private bool IsBehind(NpgsqlConnection connection)
    {
        var applied = Applied(connection);
        var unusable = applied.Except(Known).Where(name => name.EndsWith(Breaking, StringComparison.Ordinal)).ToList();
        return unusable.Count == 0
            ? Known.Except(applied).Any()
            : throw new DatabaseUnusableException($"The database {database.Name} was made by a newer version of this service (its schema has {string.Join(", ", unusable)}): start that version.");
    }

    private void CheckServer(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), current_setting('synchronous_standby_names'), current_setting('fsync')", connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        if (reader.GetInt32(0) < OldestServer)
        {
            throw new DatabaseUnusableException($"The server of {database.Name} is PostgreSQL {reader.GetInt32(0) / 10_000}: the service needs 15 or later.");
        }

        if (reader.GetString(1) != "UTF8")
        {
            throw new DatabaseUnusableException($"The database {database.Name} has the encoding {reader.GetString(1)}: make it anew with `createdb --encoding UTF8 --template template0`.");
        }

        if (reader.GetString(3) == "off")
        {
            Log.NoSync(logger, database.Name);
        }

        if (reader.GetString(2).Length == 0)
        {
            Log.NoStandby(logger, database.Name);
        }
    }

    private static IReadOnlyList<string> Applied(NpgsqlConnection connection) => MigrationNames.Applied(connection, HasHistorySql);

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        // Whoever is first may have much to do.
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Database schema brought up to date: {Migrations}")]
        public static partial void Migrated(ILogger logger, string migrations);

        [LoggerMessage(LogLevel.Warning, "The server of {Database} has no synchronous standby (synchronous_standby_names is empty): a failover to another server can lose what was acknowledged")]
        public static partial void NoStandby(ILogger logger, string database);

        [LoggerMessage(LogLevel.Warning, "The server of {Database} does not sync its disk (fsync is off): when its machine goes down, what was acknowledged may be lost and the database damaged")]
        public static partial void NoSync(ILogger logger, string database);
    }
}
