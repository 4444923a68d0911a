using System.Diagnostics;
using System.Diagnostics.Metrics;
using DeploymentService.Hosting;
using DeploymentService.Storage;
using DeploymentService.Storage.Backup;

namespace DeploymentService.Backup;

/// <summary>
/// Makes a copy of the database when the last one is old enough, whoever was running when that was made, and removes the oldest of its own. One that failed is tried again some
/// minutes later.
/// </summary>
internal sealed partial class ScheduledBackups : PeriodicService
{
    // What the disk should have beside the copy, and beside what the service wants to have free: the journal grows while it is made.
    private const long SpareBytes = 256 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(10);

    private readonly BackupFolder _folder;
    private readonly BackupOptions _options;
    private readonly DatabaseOptions _database;
    private readonly IBackupEngine _engine;
    private readonly ILogger _logger;
    // By the time that passes, and not by the clock, which somebody may set right.
    private long? _lastTry;
    private long _last;

    /// <summary>Takes what it needs.</summary>
    public ScheduledBackups(
        BackupOptions options, DatabaseOptions database, IBackupEngine engine, IMeterFactory meters, TimeProvider time, ILogger<ScheduledBackups> logger)
        : base(Interval, time)
    {
        _options = options;
        _folder = new(options.Folder!);
        _database = database;
        _engine = engine;
        _logger = logger;
        var meter = meters.OfService();
        meter.CreateObservableGauge("deployments.backup.last_success", () => Volatile.Read(ref _last), "s", "When the last scheduled backup was made, in seconds since 1970; 0 for never");
        meter.CreateObservableGauge("deployments.backup.interval", () => (long)options.Every.TotalSeconds, "s", "How long after a scheduled backup the next is due (Backup:EveryHours)");
    }

    /// <inheritdoc />
    protected override bool RunsAtStart => true;

    /// <inheritdoc />
    protected override Task RunAsync(CancellationToken stoppingToken) => Task.Run(() => Run(stoppingToken), stoppingToken);

    /// <inheritdoc />
    protected override void LogFailure(Exception exception) => Log.Failed(_logger, RetryDelay.TotalMinutes, exception);

    private void Run(CancellationToken stoppingToken)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        // One of a time that is still to come tells of a wrong clock, and nothing else.
        var last = _folder.Times().Cast<DateTime?>().FirstOrDefault(time => time <= now);
        Remember(last);
        if ((_lastTry is { } tried && Time.GetElapsedTime(tried) < RetryDelay) || now < last + _options.Every)
        {
            return;
        }

        _lastTry = Time.GetTimestamp();
        _folder.Create();
        _folder.Tidy(int.MaxValue, now);
        var needed = BytesOf(_database.File!) + BytesOf(_database.File + "-wal") + _database.MinFreeBytes + SpareBytes;
        if (_folder.FreeBytes is var free && free < needed)
        {
            Log.NoRoom(_logger, _options.Folder!, needed >> 20, free >> 20, RetryDelay.TotalMinutes);
            return;
        }

        var (begun, file) = (Stopwatch.GetTimestamp(), _folder.FileOf(now));
        var content = _engine.Save(file, overwrite: true, stoppingToken);
        Remember(now);
        _folder.Tidy(_options.Keep, now);
        Log.Done(_logger, file, content.Bytes, content.Deployments, content.LastEvent, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    private void Remember(DateTime? time) => Volatile.Write(ref _last, time is { } known ? new DateTimeOffset(known).ToUnixTimeSeconds() : 0);

    private static long BytesOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The database was copied to {File}: {Bytes} bytes, {Deployments} deployments, the last event is {LastEvent}. It took {Seconds:0.0} s")]
        public static partial void Done(ILogger logger, string file, long bytes, long deployments, long lastEvent, double seconds);

        [LoggerMessage(LogLevel.Error, "There is no room for a copy of the database in {Folder}: it may need {Needed} MB, and {Free} are free. Make room, or set Backup:Keep lower; it is tried again in {Minutes} minutes")]
        public static partial void NoRoom(ILogger logger, string folder, long needed, long free, double minutes);

        [LoggerMessage(LogLevel.Error, "The database could not be copied; it is tried again in {Minutes} minutes")]
        public static partial void Failed(ILogger logger, double minutes, Exception exception);
    }
}
