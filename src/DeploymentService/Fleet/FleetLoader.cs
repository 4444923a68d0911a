using DeploymentService.Data.Sqlite;
using DeploymentService.Deployments;
using DeploymentService.Events;

namespace DeploymentService.Fleet;

/// <summary>
/// Loads the <see cref="FleetIndex"/> beside the service that has started: about a second for 300,000 deployments. It goes in steps that hold up the
/// writer for some milliseconds each.
/// </summary>
public sealed partial class FleetLoader(FleetIndex fleet, SqliteReaders readers, TimeProvider time, ILogger<FleetLoader> logger) : BackgroundService
{
    private const int RowsAtOnce = 1000;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(
        () =>
        {
            try
            {
                Load(stoppingToken);
            }
            catch (Exception fault)
            {
                fleet.FailLoading(fault);
                Log.Failed(logger, fault);
            }
        },
        stoppingToken);

    private void Load(CancellationToken stoppingToken)
    {
        var (project, server) = ("", "");
        while (!stoppingToken.IsCancellationRequested && LoadServers(ref project, ref server))
        {
        }

        var lastEvent = 0L;
        fleet.Load(index =>
        {
            lastEvent = Number(EventSql.Last);
            index.CountFrom(lastEvent);
            return true;
        });
        var place = FirstEventSince(time.GetUtcNow().UtcDateTime.AddHours(-HourlyCounts.Hours), lastEvent) - 1;
        while (!stoppingToken.IsCancellationRequested && place < lastEvent)
        {
            CountEvents(ref place, lastEvent);
        }

        var number = 0L;
        while (!stoppingToken.IsCancellationRequested && LoadDeployments(ref number))
        {
        }
    }

    private bool LoadServers(ref string project, ref string server)
    {
        var (afterProject, afterServer) = (project, server);
        var isMore = fleet.Load(index => readers.Read(
            (session, _) =>
            {
                var row = session.Prepare(FleetSql.Servers).Bind(1, afterProject).Bind(2, afterServer);
                for (var read = 0; read < RowsAtOnce; read++)
                {
                    if (!row.Step())
                    {
                        return false;
                    }

                    (afterProject, afterServer) = (row.Text(0), row.Text(1));
                    index.Put(new ServerContact
                    {
                        ProjectId = afterProject,
                        ServerId = afterServer,
                        LastFetchTime = row.TimeOrNull(2),
                        LastReportTime = row.TimeOrNull(3),
                        RemovedAfter = row.IntegerOrNull(4),
                    });
                }

                row.Reset();
                return true;
            },
            0));
        (project, server) = (afterProject, afterServer);
        return isMore;
    }

    private bool LoadDeployments(ref long number)
    {
        var last = number;
        var isMore = fleet.Load(index => readers.Read(
            (session, _) =>
            {
                var row = session.Prepare(FleetSql.Deployments).Bind(1, last);
                for (var read = 0; read < RowsAtOnce; read++)
                {
                    if (!row.Step())
                    {
                        // Under the same lock: from here on every change is followed.
                        index.EndLoading();
                        return false;
                    }

                    last = row.Integer(0);
                    index.Put(row.Text(1), new(
                        last, Guid.Parse(row.Text(2)), row.Text(3), row.Text(4), row.TextOrNull(5), row.TextOrNull(6), row.Text(7), row.TextOrNull(8),
                        row.Time(9), (Lateness)row.Integer(10)));
                }

                row.Reset();
                return true;
            },
            0));
        number = last;
        return isMore;
    }

    private void CountEvents(ref long place, long lastEvent)
    {
        var from = place;
        var to = Math.Min(place + RowsAtOnce, lastEvent);
        fleet.Load(index => readers.Read(
            (session, _) =>
            {
                var row = session.Prepare(EventSql.Between).Bind(1, from).Bind(2, to);
                while (row.Step())
                {
                    index.Count(EventSql.Read(row));
                }

                return true;
            },
            0));
        place = to;
    }

    /// <summary>Numbers grow with time, so that half of them can be left out at every look.</summary>
    private long FirstEventSince(DateTime since, long last)
    {
        var (low, high) = (Number(EventSql.First), last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var timeThere = readers.Read(
                static (session, sequence) =>
                {
                    var row = session.Prepare(EventSql.TimeAt).Bind(1, sequence);
                    var found = row.Step() ? row.Time(1) : DateTime.MaxValue;
                    row.Reset();
                    return found;
                },
                middle);
            if (timeThere < since)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private long Number(string sql) => readers.Read(
        static (session, sql) =>
        {
            var row = session.Prepare(sql);
            var number = row.Step() ? row.Integer(0) : 0;
            row.Reset();
            return number;
        },
        sql);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The deployments could not be loaded: lists with filters, counts and waits fail until the service is started again")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
