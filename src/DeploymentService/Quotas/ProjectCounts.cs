using System.Collections.Concurrent;
using DeploymentService.Storage;

namespace DeploymentService.Quotas;

/// <summary>What projects have in the database, counted when somebody asks and kept for a while.</summary>
/// <param name="reader">Reads.</param>
/// <param name="tables">What else than configs and rollouts is counted.</param>
/// <param name="time">The clock.</param>
public sealed class ProjectCounts(IDatabaseReader reader, IEnumerable<CountedRows> tables, TimeProvider time)
{
    // Bytes of a project with a million rows take a while, once after a start. The request that asks first is not held up by it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string ProjectId, QuotaKind Kind), IKeptCount> _counts = new();
    private readonly Dictionary<QuotaKind, CountedRows> _tables = tables.ToDictionary(table => table.Kind);

    /// <summary>What a project has in its tables, and when that was counted: a moment ago, or where it takes long, some time.</summary>
    public async Task<(ProjectRows Rows, DateTime Time)> OfAsync(string projectId)
    {
        var kept = (KeptCount<ProjectRows>)CountOf(projectId, QuotaKind.Bytes);
        await kept.AnewAsync();
        var counted = kept.Last!;
        if (counted.Value == new ProjectRows(projectId))
        {
            // Whoever may ask for any project may make names up, and each would be remembered. What is made meanwhile is counted by the next who asks.
            _counts.TryRemove(new((projectId, QuotaKind.Bytes), kept));
        }

        return (counted.Value, counted.Time);
    }

    /// <summary>How many webhooks a project has.</summary>
    public async Task<long> WebhooksAsync(string projectId) => (await reader.ListAsync(_tables[QuotaKind.Webhooks].OfProject, projectId))[0];

    /// <summary>How much of a kind a project has as far as is known; null where the first count goes on.</summary>
    internal ValueTask<long?> AboutAsync(string projectId, QuotaKind kind) => CountOf(projectId, kind).AboutAsync(Patience);

    /// <summary>The same, counted anew.</summary>
    internal ValueTask<long?> AnewAsync(string projectId, QuotaKind kind) => CountOf(projectId, kind).AnewAsync();

    /// <summary>Adds what was made.</summary>
    internal void Add(string projectId, QuotaKind kind, long made) => CountOf(projectId, kind).Add(made);

    private IKeptCount CountOf(string projectId, QuotaKind kind) => _counts.GetOrAdd((projectId, kind), key => kind == QuotaKind.Bytes
        ? new KeptCount<ProjectRows>(
            async () => (await reader.ListAsync(QuotaQueries.OfProject, key.ProjectId)).Aggregate(new ProjectRows(key.ProjectId), (sum, part) => sum.Plus(part)), rows => rows.Bytes, time)
        : new KeptCount<long>(async () => (await reader.ListAsync(_tables[key.Kind].OfProject, key.ProjectId))[0], count => count, time));
}
