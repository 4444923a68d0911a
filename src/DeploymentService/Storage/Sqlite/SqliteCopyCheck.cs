using DeploymentService.Storage.Backup;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>Whether a file is a whole copy of a database of this service, and what it has.</summary>
internal static class SqliteCopyCheck
{
    /// <summary>Behind the name of what is not finished.</summary>
    public const string DraftSuffix = ".part";

    /// <summary>Looks at every page of a copy that was just made.</summary>
    /// <param name="draft">The copy.</param>
    /// <param name="name">How it is to be called.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DatabaseUnusableException">It is damaged, or not of this service.</exception>
    public static BackupContent Look(string draft, string name, CancellationToken cancel)
    {
        try
        {
            using var connection = OpenAsItIs(draft);
            using var end = cancel.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            return Look(connection, draft, name);
        }
        catch (SqliteException exception)
        {
            cancel.ThrowIfCancellationRequested();
            throw new DatabaseUnusableException(
                exception.SqliteErrorCode == raw.SQLITE_NOTADB ? $"{name} is no SQLite database." : $"{name} is damaged, or cannot be read ({exception.Message}): use another copy.",
                exception);
        }
    }

    /// <summary>Looks at every page of a file that is to become the database.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot; the message says why.</exception>
    public static BackupContent LookAtBackup(string file)
    {
        if (!File.Exists(file))
        {
            throw new DatabaseUnusableException($"There is no file {file}: name the copy that is to be put in the place of the database.");
        }

        if (new FileInfo(file + "-wal") is { Exists: true, Length: > 0 })
        {
            throw new DatabaseUnusableException($"{file} has a journal beside it ({file}-wal), so the file alone is not the whole database. Make a copy of it: `DeploymentService backup OTHER_FILE --ConnectionStrings:Deployments \"Data Source={file}\"`.");
        }

        return Look(file, file, CancellationToken.None);
    }

    private static BackupContent Look(SqliteConnection connection, string file, string name)
    {
        var applied = MigrationNames.Applied(connection, SqliteSchema.HasHistorySql);
        if (applied.Count == 0)
        {
            throw new DatabaseUnusableException($"{name} is no database of this service.");
        }

        if (applied.Except(MigrationNames.Of<SqliteDeploymentDbContext>()).ToList() is { Count: > 0 } unknown)
        {
            throw new DatabaseUnusableException($"{name} was made by a newer version of this service (its schema has {string.Join(", ", unknown)}): use that version.");
        }

        if (SqliteFileCheck.FindAnyDamage(connection) is { } damage)
        {
            throw new DatabaseUnusableException($"{name} is damaged ({damage}): use another copy.");
        }

        using var command = connection.CreateCommand();
        return new(new FileInfo(file).Length, Number("SELECT count(*) FROM software_deployments"), Number("SELECT coalesce(max(sequence), 0) FROM deployment_events"));

        long Number(string sql)
        {
#pragma warning disable CA2100 // Constants.
            command.CommandText = sql;
#pragma warning restore CA2100
            return (long)command.ExecuteScalar()!;
        }
    }

    /// <summary>Opens a file that nobody writes to, and leaves nothing beside it, whatever its journal mode is.</summary>
    private static SqliteConnection OpenAsItIs(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = $"{new Uri(file).AbsoluteUri}?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString);
        connection.Open();
        return connection;
    }
}
