using System.Globalization;
using DeploymentService.Storage.Backup;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage.Sqlite;

/// <summary>A copy of a backup beside the database, and the database, which this process has until the end.</summary>
internal sealed class SqliteRestoreDraft : RestoreDraft
{
    private readonly string _file;
    private readonly string _draft;
    private readonly SqliteDatabase _old;
    private readonly bool _hasOld;

    /// <summary>Copies the backup.</summary>
    public SqliteRestoreDraft(string backup, BackupContent content, DatabaseOptions options, SqliteDatabase old)
    {
        _old = old;
        _file = options.File!;
        _draft = _file + ".restoring";
        Content = content;
        Database = options with
        {
            File = _draft,
            ConnectionString = new SqliteConnectionStringBuilder { DataSource = _draft, Pooling = false }.ConnectionString,
        };
        try
        {
            _hasOld = new FileInfo(_file).Length > 0;
            DeleteDraft();
            PrivateFiles.Copy(backup, _draft);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override DatabaseOptions Database { get; }

    /// <inheritdoc />
    public override BackupContent Content { get; }

    /// <inheritdoc />
    public override string? PutInPlace(DateTime now)
    {
        if (new FileInfo(_draft + "-wal") is { Exists: true, Length: > 0 })
        {
            throw new DatabaseUnusableException($"Nothing was changed: the journal of {_draft} could not be moved into it. See that the disk has room.");
        }

        using (var draft = new FileStream(_draft, FileMode.Open, FileAccess.ReadWrite))
        {
            draft.Flush(flushToDisk: true);
        }

        string? aside = null;
        if (_hasOld)
        {
            aside = AsideName(now);
            FoldJournal();
            // One that cannot be folded goes with its database: beside another one SQLite would play it back into that.
            if (new FileInfo(_file + "-wal") is { Exists: true, Length: > 0 })
            {
                File.Move(_file + "-wal", aside + "-wal");
            }

            File.Delete(_file + "-wal");
            File.Delete(_file + "-shm");

            // The old file gets a second name before the new one takes its first: there is a database under that name at every moment.
            File.Replace(_draft, _file, aside);
        }
        else
        {
            File.Move(_draft, _file, overwrite: true);
        }

        PrivateFiles.FlushFolder(Path.GetDirectoryName(_file)!);
        return aside;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        DeleteDraft();
        _old.Dispose();
        if (!_hasOld && new FileInfo(_file) is { Exists: true, Length: 0 })
        {
            // It was made to be locked.
            File.Delete(_file);
        }
    }

    private string AsideName(DateTime now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{_file}.before-restore-{now:yyyyMMdd'T'HHmmss'Z'}");
        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}")).First(free => !File.Exists(free));
    }

    private void FoldJournal()
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false }.ConnectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // A database is restored because it is damaged, too.
        }
    }

    private void DeleteDraft()
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal", ".lock"])
        {
            File.Delete(_draft + suffix);
        }
    }
}
