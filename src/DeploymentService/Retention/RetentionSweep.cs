using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>
/// Removes what has ended long ago, in small steps: deployments with their runs, earlier runs of others, rollouts, and at last the configs that nothing uses any more.
/// </summary>
public sealed partial class RetentionSweep(
    IDatabaseReader reader, GroupCommitWriter writer, EventLog log, RetentionOptions options, ILogger<RetentionSweep> logger)
{
    // A step is one change of a batch, whose others wait for it.
    private const int DeploymentsAtOnce = 50;
    private const int ConfigsAtOnce = 20;
    private const long BytesAtOnce = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Removes what is due at a time.</summary>
    /// <exception cref="WriterBusyException">Not everything was removed; trying again may help.</exception>
    public async Task RemoveAsync(DateTime now, CancellationToken stoppingToken)
    {
        var due = new DueRows(reader, options, now, Pause) { Stopping = stoppingToken };
        var removed = new Removed();
        try
        {
            removed.Deployments = await InStepsAsync(
                due.DeploymentsAsync(), DeploymentsAtOnce, deployment => deployment.Size, step => new PurgeDeployments(log, step, now), stoppingToken);
            removed.Runs = await InStepsAsync(
                due.RunsAsync(),
                SmallSteps.Rows,
                _ => 0,
                step => new RemoveRows<(long, long, DateTime)>(RetentionSql.RemoveRun, [.. step.Select(run => (run.Deployment, run.Run, now.AddDays(-options.RunDays)))]),
                stoppingToken);
            removed.Rollouts = await InStepsAsync(due.RolloutsAsync(), 1, _ => 0, step => new PurgeRollout(log, step[0], options.RolloutDays), stoppingToken);
            await (options.RolloutDays > 0 ? RemoveServersAsync(stoppingToken) : Task.CompletedTask);
            removed.Configs = await InStepsAsync(
                due.ConfigsAsync(), ConfigsAtOnce, _ => 0, step => new RemoveRows<(OldRow, long)>(RetentionSql.RemoveConfig, step), stoppingToken);
        }
        finally
        {
            if (removed != default)
            {
                Log.Removed(logger, removed.Deployments, removed.Runs, removed.Rollouts, removed.Configs);
            }
        }
    }

    /// <summary>Makes steps of rows as they are found; how many were removed.</summary>
    private async Task<int> InStepsAsync<T>(
        IAsyncEnumerable<T> due, int most, Func<T, long> sizeOf, Func<IReadOnlyList<T>, Change<int>> step, CancellationToken stoppingToken)
    {
        // The walk ends by itself when the service stops.
        await using var rows = due.GetAsyncEnumerator(CancellationToken.None);
        var isMore = await rows.MoveNextAsync();
        return await SmallSteps.RunAsync(writer, NextAsync, stoppingToken);

        async Task<Change<int>?> NextAsync()
        {
            var (next, bytes) = (new List<T>(), 0L);
            while (isMore && next.Count < most && bytes < BytesAtOnce)
            {
                next.Add(rows.Current);
                bytes += sizeOf(rows.Current);
                isMore = await rows.MoveNextAsync();
            }

            return next.Count > 0 ? step(next) : null;
        }
    }

    /// <summary>Removes the servers of rollouts that are removed, also by a sweep that was broken off.</summary>
    private async Task RemoveServersAsync(CancellationToken stoppingToken)
    {
        var after = 0L;
        await SmallSteps.RunAsync(writer, NextAsync, stoppingToken);

        async Task<Change<int>?> NextAsync()
        {
            while (!stoppingToken.IsCancellationRequested && await reader.FirstAsync(RetentionQueries.Servers, after) is { } found)
            {
                if (!found.IsThere && await reader.ListAsync(RetentionQueries.Positions, found.Number, SmallSteps.Rows) is [.., var last])
                {
                    return new RemoveRows<(long, long)>(RetentionSql.RemoveServers, (found.Number, last));
                }

                after = found.Number;
            }

            return null;
        }
    }

    private record struct Removed(int Deployments, int Runs, int Rollouts, int Configs);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Retention removed {Deployments} deployments that had ended, {Runs} earlier runs, {Rollouts} rollouts and {Configs} configs")]
        public static partial void Removed(ILogger logger, int deployments, int runs, int rollouts, int configs);
    }
}
