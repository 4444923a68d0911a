using System.Collections.Concurrent;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Quotas;

/// <summary>The quotas of projects: what admins gave them, and otherwise what the settings say. In memory; it follows the log, which says when they change.</summary>
public sealed class QuotaOverrides(IDatabaseReader reader, QuotasOptions options) : ILogFollower
{
    // Beyond so many all are forgotten: whoever may ask for any project may make names up.
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, ProjectLimits> _known = new();
    private long _position = -1;
    private long _version;

    /// <inheritdoc />
    public string Name => "quotas";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <inheritdoc />
    // Nothing is known yet.
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            if (committed.Event.Subject == EventSubject.Quota)
            {
                Forget(committed.Event.ProjectId);
            }

            Volatile.Write(ref _position, committed.Event.Sequence);
        }
    }

    /// <summary>The quotas of a project.</summary>
    public async ValueTask<ProjectLimits> OfAsync(string projectId)
    {
        if (_known.TryGetValue(projectId, out var known))
        {
            return known;
        }

        var version = Interlocked.Read(ref _version);
        var rows = await reader.ListAsync(QuotaQueries.Overrides, projectId);
        var limits = new ProjectLimits(options, rows.ToDictionary(row => row.Name, row => row.Most));
        // What was read before a change is good for this once.
        if (version == Interlocked.Read(ref _version))
        {
            if (_known.Count >= MostKnown)
            {
                _known.Clear();
            }

            _known[projectId] = limits;
            if (version != Interlocked.Read(ref _version))
            {
                _known.TryRemove(projectId, out _);
            }
        }

        return limits;
    }

    /// <summary>They have changed.</summary>
    internal void Forget(string projectId)
    {
        Interlocked.Increment(ref _version);
        _known.TryRemove(projectId, out _);
    }
}

/// <summary>The quotas of a project.</summary>
/// <param name="options">What the settings say.</param>
/// <param name="given">What the project has for itself, by its words.</param>
public sealed class ProjectLimits(QuotasOptions options, IReadOnlyDictionary<string, long> given)
{
    /// <summary>How much the project may have of a kind; 0 for any amount.</summary>
    public long Of(QuotaKind kind) => given.TryGetValue(QuotaWords.Of(kind), out var most) ? most : options.Of(kind);

    /// <summary>What the settings say of it.</summary>
    public long DefaultOf(QuotaKind kind) => options.Of(kind);
}
