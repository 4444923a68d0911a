using Microsoft.Data.Sqlite;

namespace DeploymentService.Data.Sqlite;

/// <summary>The database file: how it is opened, and that no second process opens it for writing.</summary>
public sealed class SqliteDatabase : IDisposable
{
    private readonly string _connectionString;
    private readonly FileStream _ownership;

    /// <summary>Makes the folder and the file when they are not there, readable by their owner alone, and takes possession of them.</summary>
    /// <exception cref="DatabaseUnusableException">Another process has the file, or the folder cannot be written.</exception>
    public SqliteDatabase(DatabaseOptions options)
    {
        SqliteLibrary.EnsureTuned();
        File = options.File;
        _connectionString = options.ConnectionString;
        try
        {
            if (!Directory.Exists(options.Folder))
            {
                PrivateFiles.CreateFolder(options.Folder);
            }

            // Tokens and the order of writes are kept in memory, so one process owns a file. The operating system lets go of the lock
            // when the process ends, however it ends.
            _ownership = new FileStream(File + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            PrivateFiles.EnsureExists(File);
        }
        catch (IOException fault) when (System.IO.File.Exists(File + ".lock"))
        {
            throw new DatabaseUnusableException($"The database {File} is in use by another process of this service: stop that one, or give this one another file in ConnectionStrings:Deployments.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnusableException($"The folder {options.Folder} cannot be written: give the service's user the right to, or name another file in ConnectionStrings:Deployments.", fault);
        }
    }

    /// <summary>The file, as an absolute path.</summary>
    public string File { get; }

    /// <summary>The connection string for EF Core's contexts.</summary>
    public string ConnectionString => _connectionString;

    /// <summary>A session for the one writer: durable at each COMMIT, foreign keys checked.</summary>
    public SqliteSession OpenWriter()
    {
        var session = Open(SqliteOpenMode.ReadWriteCreate);
        // The wait comes first: switching to WAL may already need it. A journal that a burst has grown is cut back to 64 MiB.
        session.Run("""
            PRAGMA busy_timeout = 5000;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA journal_size_limit = 67108864;
            PRAGMA cache_size = -4096;
            """);
        return session;
    }

    /// <summary>A session that can only read.</summary>
    public SqliteSession OpenReader()
    {
        var session = Open(SqliteOpenMode.ReadOnly);
        // Small: every commit makes a reader forget its pages, and there is a reader a thread.
        session.Run("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -512;");
        return session;
    }

    /// <inheritdoc />
    public void Dispose() => _ownership.Dispose();

    private SqliteSession Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(_connectionString) { Mode = mode, Pooling = false }.ConnectionString);
        connection.Open();
        return new SqliteSession(connection);
    }
}
