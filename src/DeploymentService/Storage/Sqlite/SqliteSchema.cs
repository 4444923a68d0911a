using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Brings the database to this program's schema at start, or says why it cannot.</summary>
internal sealed partial class SqliteSchema(SqliteDatabase database, SqliteContexts contexts, ILogger<SqliteSchema> logger) : ISchema
{
    /// <summary>Whether there is EF Core's table.</summary>
    internal const string HasHistorySql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsHistory'";

    private const string ScriptName = "DeploymentService.Storage.Sqlite.new-database.sql";

    /// <summary>Applies the migrations that are missing; each is one transaction, so a kill leaves none half done.</summary>
    /// <exception cref="DatabaseUnusableException">The file is damaged or no database of this service, a newer program made its schema, or it cannot be written.</exception>
    public void BringUpToDate()
    {
        try
        {
            using var connection = new SqliteConnection(database.ConnectionString);
            connection.Open();
            var known = MigrationNames.Of<SqliteDeploymentDbContext>();
            var applied = MigrationNames.Applied(connection, HasHistorySql);
            var unknown = applied.Except(known).ToList();
            if (unknown.Count > 0)
            {
                throw new DatabaseUnusableException($"The database {database.File} was made by a newer version of this service (its schema has {string.Join(", ", unknown)}): start that version, or restore a backup from before it.");
            }

            if (applied.Count == 0)
            {
                RefuseForeign(connection);
                Create(connection);
                return;
            }

            if (SqliteFileCheck.FindDamage(connection) is { } damage)
            {
                throw new DatabaseUnusableException(SqliteFaults.Damaged(database.File, damage));
            }

            var missing = known.Except(applied).ToList();
            if (missing.Count > 0)
            {
                // EF Core's own lock is a row that a killed process leaves behind, and the next start would wait for it for ever. This
                // process owns the file, so nobody else can be migrating it.
                Run(connection, "DROP TABLE IF EXISTS __EFMigrationsLock");
                using var context = contexts.Migrating();
                context.Database.Migrate();
                Log.Migrated(logger, string.Join(", ", missing));
            }
        }
        catch (SqliteException exception)
        {
            throw SqliteFaults.Unusable(database.File, exception);
        }
    }

    /// <summary>Makes all tables and indexes, in an empty database.</summary>
    public static void Create(SqliteConnection connection) => Run(connection, NewDatabaseScript());

    private void RefuseForeign(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        // What EF Core keeps for itself may be left of a start that was killed.
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '%EFMigrations%'";
        if ((long)command.ExecuteScalar()! > 0)
        {
            throw new DatabaseUnusableException($"The database {database.File} was made by another program: name another file in ConnectionStrings:Deployments.");
        }
    }

    /// <summary>
    /// What EF Core's migrations do to an empty database, as it wrote it down; a test compares the two. A first start that need not load EF Core
    /// is twice as quick and 17 MB smaller.
    /// </summary>
    private static string NewDatabaseScript()
    {
        using var script = typeof(SqliteSchema).Assembly.GetManifestResourceStream(ScriptName)
            ?? throw new InvalidOperationException($"The resource {ScriptName} is missing.");
        using var reader = new StreamReader(script);
        return $"BEGIN IMMEDIATE;\n{reader.ReadToEnd()}\nCOMMIT;";
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Database schema brought up to date: {Migrations}")]
        public static partial void Migrated(ILogger logger, string migrations);
    }
}
