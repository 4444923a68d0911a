namespace DeploymentService.Storage.Backup;

/// <summary>Copies the database as a whole, and puts a copy in its place. Neither needs the service.</summary>
public interface IBackupEngine
{
    /// <summary>Writes a copy of the database as it is at one moment, whether the service runs or not. The file is there when the copy is whole, checked and on the disk, and not before.</summary>
    /// <param name="file">The copy, an absolute path.</param>
    /// <param name="overwrite">True when a file that is there may be replaced.</param>
    /// <param name="cancel">Ends it; nothing is left of it then.</param>
    /// <exception cref="DatabaseUnusableException">It cannot be done; the message says what to do.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    BackupContent Save(string file, bool overwrite, CancellationToken cancel);

    /// <summary>Looks at a copy, takes possession of the database, and makes a draft of what is to become of it. The database is as it was.</summary>
    /// <param name="file">The copy, an absolute path.</param>
    /// <exception cref="DatabaseUnusableException">The copy cannot be used, or the service runs; the message says what to do.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    RestoreDraft Prepare(string file);
}

/// <summary>What a copy has.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Deployments">How many deployments are in it.</param>
/// <param name="LastEvent">The number of its last event; 0 for none.</param>
public sealed record BackupContent(long Bytes, long Deployments, long LastEvent);

/// <summary>What is to be put in the place of the database, which nobody else can have meanwhile.</summary>
public abstract class RestoreDraft : IDisposable
{
    /// <summary>The draft, as a database that can be opened.</summary>
    public abstract DatabaseOptions Database { get; }

    /// <summary>What the copy has.</summary>
    public abstract BackupContent Content { get; }

    /// <summary>Puts it in the place of the database, as a whole or not at all. Nobody may have it open.</summary>
    /// <param name="now">When, UTC: the old database is named after it.</param>
    /// <returns>Where the old database is, or what there was of it; null when there was nothing.</returns>
    public abstract string? PutInPlace(DateTime now);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes away what is left of the draft, and lets go of the database.</summary>
    protected abstract void Dispose(bool disposing);
}
