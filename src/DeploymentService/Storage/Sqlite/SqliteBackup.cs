using System.Globalization;
using DeploymentService.Storage.Backup;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// Copies of the file. <c>VACUUM INTO</c> reads one snapshot beside the writer and makes one compact file of it. Copying in steps begins anew with every commit, and never ends under
/// load.
/// </summary>
internal sealed class SqliteBackup(DatabaseOptions options, SqliteFaults faults) : IBackupEngine
{
    /// <inheritdoc />
    public BackupContent Save(string file, bool overwrite, CancellationToken cancel)
    {
        SqliteLibrary.Configure();
        if (!File.Exists(options.File))
        {
            throw new DatabaseUnusableException($"There is no database {options.File}: name the service's in ConnectionStrings:Deployments.");
        }

        if (IsOfDatabase(file))
        {
            throw new DatabaseUnusableException($"{file} is the database itself: name another file for the copy.");
        }

        if (!overwrite && File.Exists(file))
        {
            throw new DatabaseUnusableException($"{file} is there already and stays as it is: name another file, or say --overwrite.");
        }

        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            throw new IOException($"There is no folder {folder}: make it first, for the service's user.");
        }

        // Of this process alone. A kill leaves it, and never half a copy under the name that was asked for.
        var draft = string.Create(CultureInfo.InvariantCulture, $"{file}.{Environment.ProcessId}{SqliteCopyCheck.DraftSuffix}");
        try
        {
            // SQLite keeps the mode of an empty file, and would make one that everybody can read.
            PrivateFiles.CreateEmpty(draft);
            Copy(draft, cancel);
            var content = SqliteCopyCheck.Look(draft, file, cancel);
            File.Move(draft, file, overwrite);
            PrivateFiles.FlushFolder(folder);
            return content;
        }
        finally
        {
            File.Delete(draft);
            File.Delete(draft + "-journal");
        }
    }

    /// <inheritdoc />
    public RestoreDraft Prepare(string file)
    {
        SqliteLibrary.Configure();
        if (IsOfDatabase(file))
        {
            throw new DatabaseUnusableException($"{file} is the database itself: name the copy that is to be put in its place.");
        }

        var content = SqliteCopyCheck.LookAtBackup(file);
        try
        {
            return new SqliteRestoreDraft(file, content, options, new SqliteDatabase(options, faults));
        }
        catch (DatabaseUnusableException exception) when (exception.IsInUse)
        {
            throw new DatabaseUnusableException($"Nothing was changed, because the service runs on {options.File}: stop it, restore, and start it again.", exception);
        }
    }

    /// <summary>True for the database and what belongs to it, whatever links lead there.</summary>
    private bool IsOfDatabase(string file)
    {
        var database = FileIdentity.Resolve(options.File!);
        return file == options.File || ((string[])["", "-wal", "-shm", "-journal", ".lock"]).Any(suffix => FileIdentity.AreSame(file, database + suffix));
    }

    private void Copy(string draft, CancellationToken cancel)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.File,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        }.ConnectionString);
        try
        {
            connection.Open();
            using var end = cancel.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $file";
            command.Parameters.AddWithValue("$file", draft);
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }
        catch (SqliteException exception)
        {
            cancel.ThrowIfCancellationRequested();
            throw exception.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN
                ? new IOException($"The copy could not be written to {Path.GetDirectoryName(draft)} ({exception.Message}): see that the disk has room and that the folder can be written.", exception)
                : SqliteFaults.Unusable(options.File!, exception);
        }
    }
}
