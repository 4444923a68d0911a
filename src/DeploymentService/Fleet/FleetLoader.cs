using DeploymentService.Events;
using DeploymentService.Storage.Model;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Fleet;

/// <summary>
/// Loads the <see cref="FleetIndex"/> beside the service that has started: about a second for 300,000 deployments. It goes in steps that hold up the
/// writer for some milliseconds each.
/// </summary>
public sealed partial class FleetLoader(FleetIndex fleet, EventHistory history, SqliteReaders readers, TimeProvider time, ILogger<FleetLoader> logger) : BackgroundService
{
    private const int RowsAtOnce = 1000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // How far it has come: after a failure it goes on there, and counts no event twice.
    private (string Project, string Id) _lastServer = ("", "");
    private long? _lastEvent;
    private long _lastCounted;
    private long _lastDeployment;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => LoadAsync(stoppingToken), stoppingToken);

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                fleet.BeginLoading();
                Load(stoppingToken);
                return;
            }
            catch (Exception exception)
            {
                fleet.FailLoading();
                Log.Failed(logger, pause.TotalSeconds, exception);
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private void Load(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && LoadServers())
        {
        }

        var lastEvent = _lastEvent ??= BeginCounting();
        while (!stoppingToken.IsCancellationRequested && _lastCounted < lastEvent)
        {
            CountEvents(lastEvent);
        }

        while (!stoppingToken.IsCancellationRequested && LoadDeployments())
        {
        }
    }

    private bool LoadServers() => fleet.Load(index => readers.Read(
        (session, _) =>
        {
            var row = session.Prepare(FleetSql.Servers).Bind(1, _lastServer.Project).Bind(2, _lastServer.Id);
            for (var read = 0; read < RowsAtOnce; read++)
            {
                if (!row.Step())
                {
                    return false;
                }

                var server = (Project: row.Text(0), Id: row.Text(1));
                index.Put(new ServerContact
                {
                    ProjectId = server.Project,
                    ServerId = server.Id,
                    LastFetchTime = row.TimeOrNull(2),
                    LastReportTime = row.TimeOrNull(3),
                    RemovedAfter = row.IntegerOrNull(4),
                });
                _lastServer = server;
            }

            row.Reset();
            return true;
        },
        0));

    private bool LoadDeployments() => fleet.Load(index => readers.Read(
        (session, _) =>
        {
            var row = session.Prepare(FleetSql.Deployments).Bind(1, _lastDeployment);
            for (var read = 0; read < RowsAtOnce; read++)
            {
                if (!row.Step())
                {
                    // Under the same lock: from here on every change is followed.
                    index.EndLoading();
                    return false;
                }

                var number = row.Integer(0);
                index.Put(row.Text(1), new(
                    number, Guid.Parse(row.Text(2)), row.Text(3), row.Text(4), row.TextOrNull(5), row.TextOrNull(6), row.Text(7), row.TextOrNull(8),
                    row.Time(9), (Lateness)row.Integer(10)));
                _lastDeployment = number;
            }

            row.Reset();
            return true;
        },
        0));

    /// <summary>From here on events are counted as they come; those before, up to the number that is answered, from the database.</summary>
    private long BeginCounting() => fleet.Load(index =>
    {
        var last = history.Last();
        _lastCounted = history.FirstSince(time.GetUtcNow().UtcDateTime.AddHours(-HourlyCounts.Hours), last) - 1;
        index.CountFrom(last);
        return last;
    });

    private void CountEvents(long lastEvent)
    {
        var to = Math.Min(_lastCounted + RowsAtOnce, lastEvent);
        fleet.Load(index => readers.Read(
            (session, _) =>
            {
                var row = session.Prepare(EventSql.Between).Bind(1, _lastCounted).Bind(2, to);
                while (row.Step())
                {
                    var evt = EventSql.Read(row);
                    index.Count(evt);
                    _lastCounted = evt.Sequence;
                }

                return true;
            },
            0));
        _lastCounted = to;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The deployments could not be loaded: lists with filters, counts and waits are answered 503, and it is tried again in {Seconds} s")]
        public static partial void Failed(ILogger logger, double seconds, Exception exception);
    }
}
