using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>Says what the retention would remove now, and removes nothing.</summary>
public sealed class RetentionPreview(IDatabaseReader reader, RetentionOptions options, DateTime now)
{
    /// <summary>Looks at all that would go.</summary>
    /// <param name="tell">Is told of each row.</param>
    /// <returns>How much it is, by kind and project.</returns>
    public async Task<IReadOnlyList<RetainedRows>> LookAsync(Func<string, string, string, DateTime, Task> tell)
    {
        var due = new DueRows(reader, options, now, TimeSpan.Zero) { Released = [] };
        var found = new Dictionary<(string Kind, string ProjectId), RetainedRows>();
        await foreach (var deployment in due.DeploymentsAsync())
        {
            await AddAsync("deployment", new(deployment.Row.ProjectId, deployment.Row.Id, deployment.Row.EndedTime!.Value));
        }

        await foreach (var run in due.RunsAsync())
        {
            await AddAsync("run", run.Row);
        }

        await foreach (var rollout in due.RolloutsAsync())
        {
            await AddAsync("rollout", new(rollout.ProjectId, rollout.Id, rollout.EndedTime!.Value));
        }

        await foreach (var (config, _) in due.ConfigsAsync())
        {
            await AddAsync("config", config);
        }

        return [.. found.Values];

        async Task AddAsync(string kind, OldRow row)
        {
            var rows = found.GetValueOrDefault((kind, row.ProjectId)) ?? new(kind, row.ProjectId, 0, row.Time, row.Time);
            found[(kind, row.ProjectId)] = rows with
            {
                Count = rows.Count + 1,
                Oldest = row.Time < rows.Oldest ? row.Time : rows.Oldest,
                Newest = row.Time > rows.Newest ? row.Time : rows.Newest,
            };
            await tell(kind, row.ProjectId, row.Id, row.Time);
        }
    }
}

/// <summary>How much of a kind would go.</summary>
/// <param name="Kind">Deployment, run, rollout or config.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">The first end among them; of configs, the first creation.</param>
/// <param name="Newest">The last one.</param>
public sealed record RetainedRows(string Kind, string ProjectId, long Count, DateTime Oldest, DateTime Newest);
