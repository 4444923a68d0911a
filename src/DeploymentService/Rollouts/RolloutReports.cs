using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Fleet;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;

namespace DeploymentService.Rollouts;

/// <summary>Says how rollouts stand, as a caller may see it. The fleet must be current.</summary>
public sealed class RolloutReports(
    IDatabaseReader reader, FleetIndex fleet, SearchLimit searches, WaitReport waits, InputRedaction inputs, Redaction redaction, TimeProvider time)
{
    private const int MostReasons = 20;
    private const int MostNamed = 3;

    /// <summary>A rollout with all that is known of it.</summary>
    internal async ValueTask<RolloutView> ShowAsync(Caller caller, Rollout rollout, CancellationToken cancel)
    {
        var view = (await ListAsync([rollout], cancel))[0];
        return view with
        {
            InputValues = rollout.InputValues is { } values && !caller.SeesSecrets ? (await inputs.RedactorAsync(rollout.ProjectId, rollout.ConfigId)).Redact(values) : rollout.InputValues,
            WaitingFor = await WaitingForAsync(caller, rollout, view),
            Reasons = await ReasonsAsync(caller, rollout),
        };
    }

    /// <summary>Rollouts of one project as a list has them.</summary>
    internal async ValueTask<IReadOnlyList<RolloutView>> ListAsync(IReadOnlyList<Rollout> rollouts, CancellationToken cancel)
    {
        var overdue = rollouts.Any(rollout => rollout.InProgress > 0) ? await OverdueAsync(rollouts[0].ProjectId, cancel) : [];
        var names = new Dictionary<string, string?>();
        foreach (var rollout in rollouts.DistinctBy(rollout => rollout.ConfigId))
        {
            names[rollout.ConfigId] = fleet.Look(rollout.ProjectId, project => project.FindConfig(rollout.ConfigId)) is { } config
                ? config.Name : (await reader.ListAsync(FleetQueries.ConfigName, (rollout.ProjectId, rollout.ConfigId), 1)).FirstOrDefault();
        }

        var now = time.GetUtcNow().UtcDateTime;
        return [.. rollouts.Select(rollout => ViewOf(rollout, names[rollout.ConfigId], overdue.GetValueOrDefault(rollout.Id), now))];
    }

    /// <summary>The servers of a rollout that are still in progress, those first that are silent for longest.</summary>
    internal async ValueTask<IReadOnlyList<LeftView>> LeftAsync(Caller caller, Rollout rollout, int most)
    {
        if (rollout.InProgress == 0)
        {
            return [];
        }

        var standing = Standing.Of(fleet, rollout.ProjectId, DeploymentFilter.None with { RolloutId = rollout.Id });
        return await waits.LeftAsync(caller, rollout.ProjectId, standing.Left.Take(most));
    }

    private async ValueTask<Dictionary<string, long>> OverdueAsync(string projectId, CancellationToken cancel)
    {
        var entries = fleet.Look(projectId, project => project.Entries);
        return await searches.RunAsync(entries.Count, () => entries.Where(entry => entry is { RolloutId: not null, IsOverdue: true })
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

    private async ValueTask<string?> WaitingForAsync(Caller caller, Rollout rollout, RolloutView view)
    {
        if (rollout.Status == RolloutStatus.Paused)
        {
            return view.StatusReason;
        }

        if (rollout.InProgress == 0)
        {
            return rollout.IsEnded ? null : view.StatusReason;
        }

        var named = (await LeftAsync(caller, rollout, MostNamed)).Select(left => $"{left.ServerId} ({left.WaitingFor?.TrimEnd('.') ?? "no reason known"})").ToList();
        var count = rollout.InProgress == 1 ? "1 server" : string.Create(CultureInfo.InvariantCulture, $"{rollout.InProgress} servers");
        return $"Waits for {count}{(named.Count == 0 ? "" : (rollout.InProgress > named.Count ? ", among them " : ": ") + string.Join("; ", named))}";
    }

    private async ValueTask<IReadOnlyList<RolloutReasonView>> ReasonsAsync(Caller caller, Rollout rollout)
    {
        if (rollout.Failed == 0)
        {
            return [];
        }

        var groups = (await reader.ListAsync(RolloutQueries.Reasons, rollout))
            // Behind the redaction: two reasons that differ in a secret alone are one to who must not see it.
            .Select(group => (Reason: redaction.ReasonFor(caller, group.Reason), group.Count, group.Position))
            .GroupBy(group => MeaningOf(group.Reason))
            .Select(group => (Reason: group.Key, Count: group.Sum(one => one.Count), group.First().Position))
            .OrderByDescending(group => group.Count).ThenBy(group => group.Position)
            .Take(MostReasons);
        var reasons = new List<RolloutReasonView>();
        foreach (var (reason, count, position) in groups)
        {
            var example = (await reader.ListAsync(RolloutQueries.Servers, (rollout, position - 1), 1))[0].Server;
            reasons.Add(new(reason, count, new(example.ServerId, example.DeploymentId, redaction.ReasonFor(caller, example.Reason))));
        }

        return reasons;
    }

    /// <summary>By what reasons are grouped.</summary>
    private static string? MeaningOf(string? reason) => reason;
}
