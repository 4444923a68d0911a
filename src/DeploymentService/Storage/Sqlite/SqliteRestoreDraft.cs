using DeploymentService.Storage.Backup;
using Microsoft.Data.Sqlite;
using SQLitePCL;

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
        // As SQLite does: the journal is beside the file, and not beside a link to it.
        _file = FileIdentity.Resolve(options.File!);
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
            FileIdentity.GiveToOwnerOf(Example, options.File + ".lock");
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

    // Whose the new file is to be.
    private string Example => _hasOld ? _file : Path.GetDirectoryName(_file)!;

    /// <inheritdoc />
    public override string? PutInPlace(DateTime now)
    {
        if (SqliteAside.IsFilled(_draft + "-wal"))
        {
            throw new DatabaseUnusableException($"Nothing was changed: the journal of {_draft} could not be moved into it. See that the disk has room.");
        }

        if (_hasOld && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_draft, File.GetUnixFileMode(_file));
        }

        FileIdentity.GiveToOwnerOf(Example, _draft);
        using (var draft = new FileStream(_draft, FileMode.Open, FileAccess.ReadWrite))
        {
            draft.Flush(flushToDisk: true);
        }

        if (_hasOld && TryFoldJournal() && SqliteAside.IsFilled(_file + "-wal"))
        {
            throw StillRead();
        }

        var aside = new SqliteAside(_file, now);
        aside.Replace(_draft);
        return aside.Name;
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

    /// <summary>Moves what the journal has into the old database, so that this is one file. False where it cannot be read: a database is restored because it is damaged, too.</summary>
    /// <exception cref="DatabaseUnusableException">Another program holds it.</exception>
    private bool TryFoldJournal()
    {
        try
        {
            using var session = _old.OpenCheckpointer();
            session.SetPatience(_old.BusyTimeout);
            session.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
            return true;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            throw StillRead(exception);
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private DatabaseUnusableException StillRead(Exception? cause = null) =>
        new($"Nothing was changed: something still reads the database {_file}, so that its journal cannot be moved into it. End that program (`fuser {_file}` names it), and restore again.", cause);

    private void DeleteDraft()
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal", ".lock"])
        {
            File.Delete(_draft + suffix);
        }
    }
}
