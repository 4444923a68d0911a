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

    private readonly ConcurrentDictionary<string, KeptCount<ProjectRows>> _rows = new();
    private readonly ConcurrentDictionary<(string ProjectId, QuotaKind Kind), KeptCount<RowCount>> _counts = new();
    private readonly Dictionary<QuotaKind, CountedRows> _tables = tables.ToDictionary(table => table.Kind);

    /// <summary>What a project has in its tables, and when that was counted: a moment ago, or where it takes long, some time.</summary>
    public async Task<(ProjectRows Rows, DateTime Time)> OfAsync(string projectId)
    {
        var kept = RowsOf(projectId);
        await kept.AnewAsync();
        return (kept.Last!.Value, kept.Last.Time);
    }

    /// <summary>How many webhooks a project has.</summary>
    public async Task<long> WebhooksAsync(string projectId) =>
        _tables.TryGetValue(QuotaKind.Webhooks, out var table) ? (await reader.ListAsync(table.OfProject, projectId))[0].Rows : 0;

    /// <summary>How much of a kind a project has as far as is known; null where the first count goes on.</summary>
    internal ValueTask<long?> AboutAsync(string projectId, QuotaKind kind) =>
        kind == QuotaKind.Bytes ? RowsOf(projectId).AboutAsync(Patience) : CountOf(projectId, kind).AboutAsync(Patience);

    /// <summary>The same, counted anew.</summary>
    internal ValueTask<long?> AnewAsync(string projectId, QuotaKind kind) =>
        kind == QuotaKind.Bytes ? RowsOf(projectId).AnewAsync() : CountOf(projectId, kind).AnewAsync();

    /// <summary>Adds what was made.</summary>
    internal void Add(string projectId, QuotaKind kind, long made)
    {
        if (kind == QuotaKind.Bytes)
        {
            RowsOf(projectId).Add(made);
        }
        else
        {
            CountOf(projectId, kind).Add(made);
        }
    }

    private KeptCount<ProjectRows> RowsOf(string projectId) => _rows.GetOrAdd(projectId, id => new(
        async () => (await reader.ListAsync(QuotaQueries.OfProject, id)).Aggregate(new ProjectRows(id), (sum, part) => sum.Plus(part)), rows => rows.Bytes, time));

    private KeptCount<RowCount> CountOf(string projectId, QuotaKind kind) => _counts.GetOrAdd((projectId, kind), key => new(
        async () => (await reader.ListAsync(_tables[key.Kind].OfProject, key.ProjectId))[0], count => count.Rows, time));
}
