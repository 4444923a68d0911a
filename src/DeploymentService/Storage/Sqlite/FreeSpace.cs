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
    private const SpaceNeed Nothing = SpaceNeed.Creation + 1;

    private readonly long _limit = options.MinFreeBytes;

    // From which need on changes are refused.
    private volatile SpaceNeed _refused = Nothing;
    private long _free;
    private bool _isUnseen;

    /// <inheritdoc cref="IWriteEngine.Admit" />
    public void Admit(SpaceNeed need)
    {
        var refused = _refused;
        if (need >= refused)
        {
            throw new WriterBusyException(refused == SpaceNeed.Creation ? NearlyFull : Full) { IsForRoom = true };
        }
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_limit == 0)
        {
            return;
        }

        // Before anything is taken.
        await TryRunAsync(cancellationToken);
        var meter = meters.OfService();
        meter.CreateObservableGauge("deployments.storage.free", () => Volatile.Read(ref _free), "By", "What is free on the disk of the database.");
        meter.CreateObservableGauge("deployments.storage.min_free", () => _limit, "By", "With how much less nothing new is made (Database:MinFreeBytes).");
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task RunAsync(CancellationToken stoppingToken)
    {
        var free = disk.FreeBytes(options.Folder!);
        Volatile.Write(ref _free, free);
        _isUnseen = false;
        var (before, now) = (_refused, RefusedAt(free));
        _refused = now;
        if (now != before)
        {
            Say(before, now, free);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override void LogFailure(Exception exception)
    {
        // Said once. What was seen last stands.
        if (!_isUnseen)
        {
            _isUnseen = true;
            Log.NotSeen(logger, options.Folder!, exception.Message);
        }
    }

    private void Say(SpaceNeed before, SpaceNeed now, long free)
    {
        switch (now)
        {
            case SpaceNeed.Usual:
                Log.IsFull(logger, options.Folder!, Megabytes(free));
                break;
            case SpaceNeed.Creation when before == Nothing:
                Log.IsLow(logger, options.Folder!, Megabytes(free), Megabytes(_limit));
                break;
            case Nothing:
                Log.IsOver(logger, options.Folder!, Megabytes(free));
                break;
        }
    }

    /// <summary>From which need on changes are refused with so much free.</summary>
    private SpaceNeed RefusedAt(long free) =>
        free < Bound(SpaceNeed.Usual, _limit / 4) ? SpaceNeed.Usual
        : free < Bound(SpaceNeed.Creation, _limit) ? SpaceNeed.Creation
        : Nothing;

    /// <summary>To be over, it takes an eighth more than to begin, so that a journal that grows and is cut back does not begin and end it again and again.</summary>
    private long Bound(SpaceNeed need, long limit) => _refused <= need ? limit + (limit / 8) : limit;

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
