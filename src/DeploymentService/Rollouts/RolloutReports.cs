using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>Says how rollouts stand, as a caller may see it. The fleet must be current.</summary>
public sealed class RolloutReports(IDatabaseReader reader, FleetIndex fleet, SearchLimit searches, RolloutDetails details, TimeProvider time)
{
    /// <summary>A rollout with all that is known of it.</summary>
    internal async ValueTask<RolloutView> ShowAsync(Caller caller, Rollout rollout, CancellationToken cancel, ShownValues values = ShownValues.All)
    {
        var view = (await ListAsync([rollout], rollout.InProgress > 0 ? await OverdueAsync(rollout.ProjectId, cancel) : []))[0];
        return view with
        {
            InputValues = await details.InputsAsync(caller, rollout, values),
            WaitingFor = await details.WaitingForAsync(caller, rollout, view.StatusReason),
            Reasons = await details.ReasonsAsync(caller, rollout),
        };
    }

    /// <summary>Rollouts of one project as a list has them.</summary>
    /// <param name="rollouts">The rollouts.</param>
    /// <param name="overdue">How many deployments are overdue, by the ids of their rollouts.</param>
    internal async ValueTask<IReadOnlyList<RolloutView>> ListAsync(IReadOnlyList<Rollout> rollouts, Dictionary<string, long> overdue)
    {
        var names = new Dictionary<string, string?>();
        foreach (var rollout in rollouts.DistinctBy(rollout => rollout.ConfigId))
        {
            names[rollout.ConfigId] = fleet.Look(rollout.ProjectId, project => project.FindConfig(rollout.ConfigId)) is { } config
                ? config.Name : (await reader.ListAsync(FleetQueries.ConfigName, (rollout.ProjectId, rollout.ConfigId), 1)).FirstOrDefault();
        }

        var now = time.GetUtcNow().UtcDateTime;
        return [.. rollouts.Select(rollout => ViewOf(rollout, names[rollout.ConfigId], overdue.GetValueOrDefault(rollout.Id), now))];
    }

    /// <summary>How many deployments of a project are overdue, by the ids of their rollouts.</summary>
    internal async ValueTask<Dictionary<string, long>> OverdueAsync(string projectId, CancellationToken cancel)
    {
        var (overdue, entries) = fleet.Look(projectId, project => (project.Counts.Overdue, project.Entries));
        return overdue == 0 ? [] : await searches.RunAsync(projectId, entries.Count, () => entries.Where(entry => entry is { RolloutId: not null, IsOverdue: true })
            .CountBy(entry => entry!.RolloutId!).ToDictionary(count => count.Key, count => (long)count.Value), cancel);
    }

    private static RolloutView ViewOf(Rollout rollout, string? configName, long overdue, DateTime now)
    {
        var rate = RateOf(rollout, now);
        var left = rollout.Pending + rollout.InProgress;
        return new()
        {
            Id = rollout.Id,
            Name = rollout.Name,
            Status = rollout.Status,
            StatusReason = rollout.StatusReason ?? Sentence(rollout),
            ConfigId = rollout.ConfigId,
            ConfigName = configName,
            Action = rollout.Action,
            Timeout = rollout.Timeout,
            BatchSizes = RolloutState.SizesOf(rollout) is { Count: > 0 } sizes ? sizes : null,
            PauseSeconds = rollout.PauseSeconds,
            PauseAfterBatch = rollout.PauseAfterBatch,
            MaxFailures = rollout.MaxFailures,
            MaxFailurePercent = rollout.MaxFailurePercent,
            FailureLimit = rollout.FailureLimit,
            SkipDone = rollout.SkipDone,
            RetryOf = rollout.RetryOf,
            Total = rollout.Total,
            Done = rollout.Done,
            Counts = RolloutCountsView.Of(rollout),
            Overdue = Math.Min(overdue, rollout.InProgress),
            Batch = rollout.Batch,
            Batches = RolloutState.BatchesOf(rollout),
            BatchStartedTime = rollout.BatchStartedTime,
            ResumeTime = rollout.Status == RolloutStatus.InProgress && rollout.ResumeTime > now ? rollout.ResumeTime : null,
            CreationTime = rollout.CreationTime,
            CreatedBy = rollout.CreatedBy,
            StartedTime = rollout.StartedTime,
            UpdatedTime = rollout.UpdatedTime,
            EndedTime = rollout.EndedTime,
            RatePerMinute = rate is null ? null : Math.Round(rate.Value, 1),
            EstimatedEndTime = rollout.Status == RolloutStatus.InProgress && rate > 0 && left > 0 ? now.AddMinutes(Math.Min(left / rate.Value, TimeSpan.FromDays(3650).TotalMinutes)) : null,
        };
    }

    /// <summary>How many servers came to their end in a minute while it went on; null before the first did.</summary>
    private static double? RateOf(Rollout rollout, DateTime now)
    {
        if (rollout.StartedTime is not { } started || rollout.Complete + rollout.Failed == 0)
        {
            return null;
        }

        var paused = TimeSpan.FromMilliseconds(rollout.PausedMilliseconds) + (rollout.PausedTime is { } since ? now - since : TimeSpan.Zero);
        var minutes = ((rollout.EndedTime ?? now) - started - paused).TotalMinutes;
        // What took less than a second has no rate that means anything.
        return (rollout.Complete + rollout.Failed) / Math.Max(minutes, 1.0 / 60);
    }

    private static string Sentence(Rollout rollout) => rollout switch
    {
        { Batch: 0 } => "The first batch is about to begin",
        { BatchLeft: 0, ResumeTime: { } resume } => $"Batch {Batch(rollout)} is at its end; the next begins at {resume.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}",
        _ => $"Batch {Batch(rollout)} is running",
    };

    private static string Batch(Rollout rollout) => string.Create(CultureInfo.InvariantCulture, $"{rollout.Batch} of {RolloutState.BatchesOf(rollout)}");
}
