using DeploymentService.Fleet;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>Shows deployments that were made one by one as if each config had been rolled out.</summary>
public sealed class ConfigRollouts(FleetIndex fleet, SearchLimit searches)
{
    /// <summary>One a config, that with the newest deployment first. The fleet must be current.</summary>
    internal async ValueTask<List<RolloutView>> ListAsync(string projectId, CancellationToken cancel)
    {
        var entries = fleet.Look(projectId, project => project.Entries);
        return await searches.RunAsync(projectId, entries.Count, () => Group(entries), cancel);
    }

    private static List<RolloutView> Group(ArraySegment<FleetEntry?> entries)
    {
        var groups = new Dictionary<FleetConfig, Counts>();
        foreach (var entry in entries)
        {
            if (entry is { RolloutId: null })
            {
                if (!groups.TryGetValue(entry.Config, out var counts))
                {
                    groups.Add(entry.Config, counts = new());
                }

                counts.Add(entry);
            }
        }

        return [.. groups.OrderByDescending(group => group.Value.Newest).Select(group => group.Value.View(group.Key))];
    }

    private sealed class Counts
    {
        private readonly StatusCounts _byStatus = new();
        private DateTime _changed;

        /// <summary>The number of the last deployment.</summary>
        public long Newest { get; private set; }

        public void Add(FleetEntry entry)
        {
            _byStatus.Add(entry, 1);
            _changed = entry.ChangedTime > _changed ? entry.ChangedTime : _changed;
            Newest = Math.Max(Newest, entry.Number);
        }

        public RolloutView View(FleetConfig config) => new()
        {
            Id = null,
            Name = config.Name,
            ConfigId = config.Id,
            ConfigName = config.Name,
            Status = _byStatus switch
            {
                { InProgress: > 0 } => RolloutStatus.InProgress,
                { Failed: > 0 } => RolloutStatus.CompleteWithFailures,
                _ => RolloutStatus.Complete,
            },
            Total = _byStatus.Total,
            Done = _byStatus.Complete + _byStatus.Failed,
            Counts = new() { Pending = 0, InProgress = _byStatus.InProgress, Complete = _byStatus.Complete, Failed = _byStatus.Failed, Skipped = 0 },
            Overdue = _byStatus.Overdue,
            UpdatedTime = _changed,
            // Nobody has said so: each was made by itself.
            StatusReason = null,
            Action = null,
            Timeout = null,
            BatchSizes = null,
            PauseSeconds = null,
            PauseAfterBatch = null,
            MaxFailures = null,
            MaxFailurePercent = null,
            FailureLimit = null,
            SkipDone = null,
            RetryOf = null,
            Batch = null,
            Batches = null,
            BatchStartedTime = null,
            ResumeTime = null,
            CreationTime = null,
            CreatedBy = null,
            StartedTime = null,
            EndedTime = null,
            RatePerMinute = null,
            EstimatedEndTime = null,
        };
    }
}
