using System.Diagnostics.Metrics;
using System.Globalization;
using DeploymentService.Hosting;

namespace DeploymentService.Storage.Sqlite;

/// <summary>
/// How much is free where the database is, looked at once a second, so that SQLite never meets the full disk in the middle: below a limit nothing new is made, below a quarter of it nothing
/// is reported any more either. What frees space goes on. Health does not ask it: no other process could do better, and reads are answered.
/// </summary>
/// <param name="options">Where the database is, and the limit.</param>
/// <param name="disk">Asks the disk.</param>
/// <param name="logger">Is told when it begins, and when it is over.</param>
/// <param name="meters">Makes the instruments.</param>
internal sealed partial class FreeSpace(DatabaseOptions options, IDisk disk, ILogger<FreeSpace> logger, IMeterFactory meters)
    // What the disk has is real, whatever the service's clock says.
    : PeriodicService(TimeSpan.FromSeconds(1), TimeProvider.System)
{
    private const string NearlyFull = "The disk of the database is nearly full: nothing new is made until there is room again. Reports are taken, and deleting makes room.";
    private const string Full = "The disk of the database is full but for a little: nothing is taken until there is room again. Deleting makes room.";

    private readonly long _limit = options.MinFreeBytes;

    // From which need on changes are refused.
    private volatile int _refused = (int)SpaceNeed.Creation + 1;
    private long _free;
    private bool _isUnseen;

    // So much more must be free before it is over, so that a journal that grows and is cut back does not begin and end it again and again.
    private long Margin => _limit / 8;

    /// <inheritdoc cref="IWriteEngine.Admit" />
    public void Admit(SpaceNeed need)
    {
        var refused = _refused;
        if ((int)need >= refused)
        {
            throw new WriterBusyException(refused == (int)SpaceNeed.Creation ? NearlyFull : Full) { IsForRoom = true };
        }
    }

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (_limit == 0)
        {
            return Task.CompletedTask;
        }

        // Before anything is taken.
        TryLook();
        var meter = meters.OfService();
        meter.CreateObservableGauge("deployments.storage.free", () => Volatile.Read(ref _free), "By", "What is free on the disk of the database.");
        meter.CreateObservableGauge("deployments.storage.min_free", () => _limit, "By", "With how much less nothing new is made (Database:MinFreeBytes).");
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task RunAsync(CancellationToken stoppingToken)
    {
        TryLook();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) => Log.NotSeen(logger, options.Folder!, exception.Message);

    private void TryLook()
    {
        try
        {
            Look(disk.FreeBytes(options.Folder!));
            _isUnseen = false;
        }
        catch (Exception exception) when (!_isUnseen)
        {
            // What was seen last stands.
            _isUnseen = true;
            LogFailure(exception);
        }
        catch (Exception)
        {
            // It is said once.
        }
    }

    private void Look(long free)
    {
        Volatile.Write(ref _free, free);
        var (before, now) = ((SpaceNeed)_refused, RefusedAt(free));
        if (now == before)
        {
            return;
        }

        _refused = (int)now;
        var (megabytes, limit) = (Megabytes(free), Megabytes(_limit));
        switch (now)
        {
            case SpaceNeed.Usual:
                Log.IsFull(logger, options.Folder!, megabytes);
                break;
            case SpaceNeed.Creation when before > now:
                Log.IsLow(logger, options.Folder!, megabytes, limit);
                break;
            case > SpaceNeed.Creation:
                Log.IsOver(logger, options.Folder!, megabytes);
                break;
        }
    }

    /// <summary>What is refused with so much free. To be over, it takes a little more than to begin.</summary>
    private SpaceNeed RefusedAt(long free) =>
        free < (_limit / 4) + (_refused <= (int)SpaceNeed.Usual ? Margin / 4 : 0) ? SpaceNeed.Usual
        : free < _limit + (_refused <= (int)SpaceNeed.Creation ? Margin : 0) ? SpaceNeed.Creation
        : SpaceNeed.Creation + 1;

    private static string Megabytes(long bytes) => (bytes >> 20).ToString("N0", CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The disk of {Folder} has {Free} MiB free, less than Database:MinFreeBytes ({Limit} MiB): requests that make something new are answered 503 until there is room; reports and deletions go on")]
        public static partial void IsLow(ILogger logger, string folder, string free, string limit);

        [LoggerMessage(LogLevel.Error, "The disk of {Folder} has {Free} MiB free, less than a quarter of Database:MinFreeBytes: reports are answered 503, too, until there is room; deletions go on")]
        public static partial void IsFull(ILogger logger, string folder, string free);

        [LoggerMessage(LogLevel.Information, "The disk of {Folder} has room again, {Free} MiB: everything is taken")]
        public static partial void IsOver(ILogger logger, string folder, string free);

        [LoggerMessage(LogLevel.Warning, "How much is free in {Folder} cannot be seen: {Reason}")]
        public static partial void NotSeen(ILogger logger, string folder, string reason);
    }
}

/// <summary>Says how much is free.</summary>
public interface IDisk
{
    /// <summary>How many bytes the service's user may still write on the file system of a folder.</summary>
    long FreeBytes(string folder);
}

/// <summary>Asks the operating system, which takes a microsecond.</summary>
internal sealed class Disk : IDisk
{
    /// <inheritdoc />
    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
