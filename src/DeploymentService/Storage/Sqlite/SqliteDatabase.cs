using Microsoft.Data.Sqlite;

namespace DeploymentService.Storage.Sqlite;

/// <summary>The database file: how it is opened, and that no second process opens it for writing.</summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int LockTries = 20;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(25);

    private readonly SqliteFaults _faults;
    // Null for a process that only reads.
    private readonly FileStream? _file;
    private readonly FileStream? _lockOfEarlierVersions;

    /// <summary>Makes the folder and the file when they are not there, readable by their owner alone, and takes possession of them; not to read only.</summary>
    /// <exception cref="DatabaseUnusableException">Another process has the file, or the folder cannot be written.</exception>
    public SqliteDatabase(DatabaseOptions options, SqliteFaults faults)
    {
        _faults = faults;
        SqliteLibrary.Configure();
        File = options.File!;
        BusyTimeout = options.BusyTimeout;
        // The provider's own wait, which it adds to SQLite's, is in whole seconds, and none would be for ever.
        ConnectionString = new SqliteConnectionStringBuilder(options.ConnectionString)
        {
            DefaultTimeout = Math.Max(1, (int)BusyTimeout.TotalSeconds),
        }.ConnectionString;
        if (options.IsReadOnly)
        {
            return;
        }

        try
        {
            if (!Directory.Exists(options.Folder))
            {
                PrivateFiles.CreateFolder(options.Folder!);
            }

            _lockOfEarlierVersions = AcquireLock(File + ".lock");
            _file = AcquireLock(File);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnusableException($"The folder {options.Folder} cannot be written: give the service's user the right to, or name another file in ConnectionStrings:Deployments.", fault);
        }
    }

    /// <summary>How long is waited for another program that holds the database.</summary>
    public TimeSpan BusyTimeout { get; }

    /// <summary>The file, as an absolute path.</summary>
    public string File { get; }

    /// <summary>The connection string for EF Core's contexts.</summary>
    public string ConnectionString { get; }

    /// <summary>A session for the one writer: durable at each COMMIT, foreign keys checked.</summary>
    public SqliteSession OpenWriter()
    {
        // The wait comes first: switching to WAL may already need it. A journal that a burst has grown is cut back to 64 MiB. SqliteCheckpointer moves it to the file.
        return Open(SqliteOpenMode.ReadWriteCreate, $"""
            PRAGMA busy_timeout = {BusyTimeout.TotalMilliseconds};
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA journal_size_limit = 67108864;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA cache_size = -4096;
            """);
    }

    /// <summary>A session that can only read.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or read.</exception>
    public SqliteSession OpenReader()
    {
        // Small: every commit makes a reader forget its pages, and there is a reader a thread.
        return Open(SqliteOpenMode.ReadOnly, $"PRAGMA busy_timeout = {BusyTimeout.TotalMilliseconds}; PRAGMA cache_size = -512;");
    }

    /// <summary>A session that moves the journal into the file.</summary>
    public SqliteSession OpenCheckpointer() => Open(SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;");

    /// <summary>Waits until what was written to the database file is on the disk.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Flush() => RandomAccess.FlushToDisk(_file!.SafeFileHandle);

    /// <inheritdoc />
    public void Dispose()
    {
        _file?.Dispose();
        _lockOfEarlierVersions?.Dispose();
    }

    /// <summary>
    /// Tokens and the order of writes are kept in memory, so one process owns a file. The lock is that of the file, not of its name: a second process that
    /// comes by a link is refused too. The operating system lets go of it when the process ends, however it ends. The handle stays open as long
    /// as the database is used: closing any handle of the file would drop the locks that SQLite has on it.
    /// </summary>
    private FileStream AcquireLock(string file)
    {
        // A process that is ending may not be quite gone, and one that has just started another shares its handles with it for a moment.
        using var pause = new ManualResetEventSlim();
        for (var tries = 1; ; tries++)
        {
            try
            {
                return PrivateFiles.OpenExclusive(file);
            }
            catch (IOException) when (tries < LockTries && System.IO.File.Exists(file))
            {
                pause.Wait(LockPause);
            }
            catch (IOException exception) when (System.IO.File.Exists(file))
            {
                throw new DatabaseUnusableException($"The database {File} is in use by another process of this service: stop that one, or give this one another file in ConnectionStrings:Deployments.", exception) { IsInUse = true };
            }
        }
    }

    private SqliteSession Open(SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(ConnectionString) { Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            var session = new SqliteSession(connection, _faults);
            session.Run(pragmas);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
