using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>Finds what is due, beside the writer: some rows at a time, with a pause in between. What is removed of it, a change decides again.</summary>
/// <param name="reader">The database.</param>
/// <param name="options">After how many days what goes.</param>
/// <param name="now">From when the days are counted.</param>
/// <param name="pause">How long to pause between two looks; all rows are looked at every hour.</param>
internal sealed class DueRows(IDatabaseReader reader, RetentionOptions options, DateTime now, TimeSpan pause)
{
    private const int RowsAtOnce = 500;

    private readonly OpenRollouts _open = new(reader);
    private readonly NewestOfNames _newest = new();

    /// <summary>Ends each walk between two looks, as if there were no more rows.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>How many deployments would go that have a config; null when they go.</summary>
    public Dictionary<(string ProjectId, string ConfigId), long>? Released { get; init; }

    /// <summary>The deployments, the newest first, so that what follows one has been met before it.</summary>
    public async IAsyncEnumerable<DueDeployment> DeploymentsAsync()
    {
        if (!options.HasDeployments)
        {
            yield break;
        }

        var before = long.MaxValue;
        while (!Stopping.IsCancellationRequested && await reader.ListAsync(RetentionQueries.Deployments, before, RowsAtOnce) is { Count: > 0 } looked)
        {
            before = looked[^1].Number;
            await _open.LookAsync();
            var followed = new List<(KnownDeployment Row, long Newer)>();
            foreach (var row in looked)
            {
                if (_newest.FollowerOf(row) is { } newer && row.EndedTime < RetentionOptions.Before(now, options.DaysOf(row.ProjectId)) && !_open.Have(row))
                {
                    followed.Add((row, newer));
                }
            }

            foreach (var due in followed.Count > 0 ? await SizedAsync(followed) : [])
            {
                yield return due;
            }

            await PauseAsync();
        }
    }

    /// <summary>The kept runs, each with the number of its deployment and its own.</summary>
    public async IAsyncEnumerable<(long Deployment, long Run, OldRow Row)> RunsAsync()
    {
        if (RetentionOptions.Before(now, options.RunDays) is not { } before)
        {
            yield break;
        }

        var (deployment, run) = (0L, 0L);
        while (!Stopping.IsCancellationRequested && await reader.ListAsync(RetentionQueries.Runs, (deployment, run, before), RowsAtOnce) is { Count: > 0 } looked)
        {
            (deployment, run, _) = looked[^1];
            foreach (var row in looked)
            {
                if (row.Ended is not null)
                {
                    yield return row!;
                }
            }

            await PauseAsync();
        }
    }

    /// <summary>The rollouts. The last of all is none of them, so that no number is given twice.</summary>
    public async IAsyncEnumerable<KnownRollout> RolloutsAsync()
    {
        if (RetentionOptions.Before(now, options.RolloutDays) is not { } before)
        {
            yield break;
        }

        var after = 0L;
        while (!Stopping.IsCancellationRequested && await reader.ListAsync(RetentionQueries.Rollouts, after, RowsAtOnce + 1) is { Count: > 1 } looked)
        {
            after = looked[^2].Number;
            foreach (var rollout in looked.SkipLast(1).Where(rollout => !rollout.IsOpen && rollout.EndedTime < before))
            {
                if (await reader.FirstAsync(RetentionQueries.Driven, rollout) is null)
                {
                    yield return rollout;
                }
            }

            await PauseAsync();
        }
    }

    /// <summary>The configs that nothing uses, each with the number of the last rollout that was looked at.</summary>
    public async IAsyncEnumerable<(OldRow Config, long LastRollout)> ConfigsAsync()
    {
        if (RetentionOptions.Before(now, options.ConfigDays) is not { } before)
        {
            yield break;
        }

        var after = 0L;
        while (!Stopping.IsCancellationRequested && await reader.ListAsync(RetentionQueries.Configs, after, RowsAtOnce) is { Count: > 0 } looked)
        {
            after = looked[^1].Number;
            await _open.LookAsync();
            foreach (var config in await UnusedAsync([.. looked.Select(row => row.Config).Where(config => config.Time < before && !_open.Bring(config))]))
            {
                yield return (config, _open.Last);
            }

            await PauseAsync();
        }
    }

    private async Task PauseAsync() => await Task.Delay(pause, Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<List<DueDeployment>> SizedAsync(List<(KnownDeployment Row, long Newer)> followed)
    {
        var sized = new List<SizedDeployment?>(followed.Count * 2);
        await reader.FirstOfEachAsync(RetentionQueries.Size, [.. followed.SelectMany(pair => new[] { pair.Row.Number, pair.Newer })], found =>
        {
            sized.Add(found);
            return true;
        });
        var due = new List<DueDeployment>(followed.Count);
        for (var place = 0; place < followed.Count; place++)
        {
            if (sized[2 * place] is { } own && sized[(2 * place) + 1] is { } newer)
            {
                var row = followed[place].Row;
                due.Add(new(row, newer.Id, options.DaysOf(row.ProjectId), own.Bytes + newer.Bytes));
                if (Released is not null)
                {
                    Released[(row.ProjectId, row.ConfigId)] = Released.GetValueOrDefault((row.ProjectId, row.ConfigId)) + 1;
                }
            }
        }

        return due;
    }

    private async Task<List<OldRow>> UnusedAsync(List<OldRow> configs)
    {
        var unused = new List<OldRow>();
        var next = 0;
        await reader.FirstOfEachAsync(RetentionQueries.User, configs, user =>
        {
            if (user is null)
            {
                unused.Add(configs[next]);
            }

            next++;
            return true;
        });
        // By a look at what would go nothing goes, so that those are still used which would not be any more.
        foreach (var config in configs.Except(unused).Where(config => Released?.ContainsKey((config.ProjectId, config.Id)) == true).ToList())
        {
            if ((await reader.ListAsync(RetentionQueries.Users, config))[0] == Released![(config.ProjectId, config.Id)])
            {
                unused.Add(config);
            }
        }

        return unused;
    }
}
