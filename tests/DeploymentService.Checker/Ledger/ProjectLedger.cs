using System.Collections.Concurrent;

namespace DeploymentService.Checker.Ledger;

/// <summary>All that was wanted and acknowledged in a project.</summary>
public sealed class ProjectLedger(string project)
{
    private readonly ConcurrentDictionary<string, Write> _marks = new();
    private readonly ConcurrentDictionary<string, TrackedDeployment> _deployments = new();
    private readonly ConcurrentBag<TrackedConfig> _configs = [];
    private readonly ConcurrentBag<Sight> _sights = [];
    private int _number;

    /// <summary>The project.</summary>
    public string Project => project;

    /// <summary>The deployments whose ids are known.</summary>
    public ICollection<TrackedDeployment> Deployments => _deployments.Values;

    /// <summary>The configs that were asked for.</summary>
    public IEnumerable<TrackedConfig> Configs => _configs;

    /// <summary>The writes that gave a reason.</summary>
    public IReadOnlyDictionary<string, Write> Marks => _marks;

    /// <summary>What was seen and could not be judged at once, because the write it came from was not acknowledged.</summary>
    public IEnumerable<Sight> Sights => _sights;

    /// <summary>A text that nothing else has.</summary>
    public string NewMark(string word) => $"{word} {Interlocked.Increment(ref _number)} of {project}";

    /// <summary>A write that gives a reason.</summary>
    public Write Marked(string kind, long? condition = null)
    {
        var write = new Write(kind, NewMark(kind)) { Condition = condition };
        _marks[write.Mark!] = write;
        return write;
    }

    /// <summary>Notes a deployment, and who made it.</summary>
    public TrackedDeployment Add(TrackedDeployment deployment)
    {
        _deployments[deployment.Id] = deployment;
        return deployment;
    }

    /// <summary>Notes a config that is to be made.</summary>
    public TrackedConfig Add(TrackedConfig config)
    {
        _configs.Add(config);
        return config;
    }

    /// <summary>Judges what a list says of a deployment: why it may not say so, or null.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="floor">The revision that had been acknowledged before the list was asked for.</param>
    /// <param name="reason">The reason that the list says.</param>
    public string? Judge(TrackedDeployment deployment, long floor, string? reason)
    {
        if (reason is null || !_marks.TryGetValue(reason, out var write))
        {
            // The service's own words, after another run.
            return null;
        }

        if (write.Revision is { } revision)
        {
            return revision < floor ? $"shows revision {revision} of {deployment.Id} by '{reason}', and {floor} was acknowledged" : null;
        }

        _sights.Add(new(deployment.Id, reason, floor));
        return null;
    }
}

/// <summary>What a list said of a deployment.</summary>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Mark">The reason that was seen.</param>
/// <param name="Floor">The revision that had been acknowledged before.</param>
public sealed record Sight(string DeploymentId, string Mark, long Floor);
