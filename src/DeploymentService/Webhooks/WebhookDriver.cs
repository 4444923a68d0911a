using DeploymentService.Events;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>
/// Has each webhook that is on delivered to: by this process, where it has the webhook. Where replicas share the database, each webhook is one's at a time, by a lease in its row
/// that is kept up while the replica lives; when it has died, another takes over.
/// </summary>
internal sealed partial class WebhookDriver(
    WebhookParts parts, WebhookFollower follower, EventLog log, RecentEvents recent, WebhookMetrics metrics, ILogger<WebhookDriver> logger) : BackgroundService
{
    // Of real time. The lease is written by the service's clock, and outlives some missed ticks.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    // When the service stops, what is on its way gets so long to arrive.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly string _owner = Guid.NewGuid().ToString();
    private readonly Dictionary<(string ProjectId, string Id), (WebhookRunner Runner, Task Ended)> _runners = [];
    private readonly CancellationTokenSource _aborting = new();
    private bool _hasFailed;

    /// <inheritdoc />
    public override void Dispose()
    {
        _aborting.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => DriveAsync(stoppingToken), CancellationToken.None);

    private async Task DriveAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = follower.News.Next;
            var rest = Tick;
            try
            {
                await LookAsync(stoppingToken);
                _hasFailed = false;
            }
            catch (Exception exception)
            {
                rest = Retry;
                if (!_hasFailed)
                {
                    _hasFailed = true;
                    Log.NotLooked(logger, exception);
                }
            }

            await Task.WhenAny(news, Task.Delay(rest, stoppingToken));
        }

        await EndAsync();
    }

    /// <summary>Keeps up what this process has, and takes what nobody has.</summary>
    private async Task LookAsync(CancellationToken stoppingToken)
    {
        foreach (var changed in follower.Take())
        {
            if (_runners.TryGetValue(changed, out var runner))
            {
                runner.Runner.Reload();
            }
        }

        foreach (var ended in _runners.Where(runner => runner.Value.Ended.IsCompleted).Select(runner => runner.Key).ToList())
        {
            _runners.Remove(ended);
        }

        var isAlone = !parts.Writer.IsShared;
        var rows = await parts.Reader.ListAsync(WebhookQueries.Enabled, 0);
        var now = parts.Time.GetUtcNow().UtcDateTime;
        var isAnyFree = rows.Exists(row => !_runners.ContainsKey((row.ProjectId, row.Id)) && (isAlone || IsFree(row, now)));
        if (isAnyFree || (!isAlone && _runners.Count > 0))
        {
            await parts.Writer.WriteAsync(new HoldWebhooks(_owner, Lease, isAlone));
            rows = isAnyFree ? await parts.Reader.ListAsync(WebhookQueries.Enabled, 0) : rows;
        }

        foreach (var row in rows)
        {
            Take(row, stoppingToken);
        }

        metrics.Runners = [.. _runners.Values.Select(runner => runner.Runner)];
    }

    private void Take(Webhook row, CancellationToken stoppingToken)
    {
        var (key, isHeld) = (new WebhookKey(row.ProjectId, row.Id, _owner), row.LeaseOwner == _owner);
        if (_runners.TryGetValue((key.ProjectId, key.Id), out var running))
        {
            if (!isHeld)
            {
                // Another has taken it; it looks by itself.
                running.Runner.Reload();
            }
        }
        else if (isHeld)
        {
            var runner = new WebhookRunner(key, parts, log, metrics, recent.SignalOf(key.ProjectId));
            _runners[(key.ProjectId, key.Id)] = (runner, Task.Run(() => runner.RunAsync(stoppingToken, _aborting.Token), CancellationToken.None));
        }
    }

    private async Task EndAsync()
    {
        _aborting.CancelAfter(Farewell);
        await Task.WhenAll(_runners.Values.Select(runner => runner.Ended));
        if (parts.Writer.IsShared && _runners.Count > 0)
        {
            try
            {
                await parts.Writer.WriteAsync(new ReleaseWebhooks(_owner));
            }
            catch (Exception exception)
            {
                // The leases end by themselves.
                Log.NotLooked(logger, exception);
            }
        }
    }

    private bool IsFree(Webhook row, DateTime now) => row.LeaseOwner is null || row.LeaseOwner == _owner || row.LeaseUntil is null || row.LeaseUntil < now;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The webhooks could not be read, or taken for this process; it is tried again every second")]
        public static partial void NotLooked(ILogger logger, Exception exception);
    }
}
