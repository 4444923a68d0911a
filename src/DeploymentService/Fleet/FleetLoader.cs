using DeploymentService.Events;
using DeploymentService.Storage;

namespace DeploymentService.Fleet;

/// <summary>
/// Loads the <see cref="FleetIndex"/> beside the service that has started: about a second for 300,000 deployments. The position in the log comes first and the rows
/// after it, so that the log from there has everything that they have not; nothing waits for it meanwhile.
/// </summary>
public sealed partial class FleetLoader(
    FleetIndex fleet, EventLog log, EventHistory history, IDatabaseReader reader, TimeProvider time, ILogger<FleetLoader> logger) : BackgroundService
{
    private const int RowsAtOnce = 1000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // How far it has come: after a failure it goes on there, and counts no event twice.
    private long? _position;
    private (string Project, string Id) _lastServer = ("", "");
    private long? _lastCounted;
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
                await TryLoadAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                fleet.FailLoading();
                Log.Failed(logger, pause.TotalSeconds, exception);
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task TryLoadAsync(CancellationToken stoppingToken)
    {
        var position = _position ??= log.Head;
        await LoadAsync(FleetQueries.Servers, () => _lastServer, server =>
        {
            fleet.Load(server, position);
            _lastServer = (server.ProjectId, server.ServerId);
        }, stoppingToken);

        _lastCounted ??= await history.FirstSinceAsync(time.GetUtcNow().UtcDateTime.AddHours(-HourlyCounts.Hours), position) - 1;
        await LoadAsync(LogQueries.Between, () => (_lastCounted.Value, position), evt =>
        {
            fleet.Load(evt);
            _lastCounted = evt.Sequence;
        }, stoppingToken);

        await LoadAsync(FleetQueries.Deployments, () => _lastDeployment, row =>
        {
            fleet.Load(row);
            _lastDeployment = row.Number;
        }, stoppingToken);

        fleet.EndLoading(position);
        log.Wake();
    }

    /// <summary>Reads a query to its end in steps, so that no snapshot of the database is held for long.</summary>
    private async Task LoadAsync<TKey, T>(Query<TKey, T> query, Func<TKey> after, Action<T> load, CancellationToken stoppingToken)
    {
        for (var read = RowsAtOnce; read == RowsAtOnce;)
        {
            stoppingToken.ThrowIfCancellationRequested();
            read = 0;
            await reader.ForEachAsync(query, after(), RowsAtOnce, row =>
            {
                load(row);
                read++;
                return true;
            });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The deployments could not be loaded: lists with filters, counts and waits are answered 503, and it is tried again in {Seconds} s")]
        public static partial void Failed(ILogger logger, double seconds, Exception exception);
    }
}
