namespace DeploymentService.Storage;

/// <summary>The rows that a change will ask for, by their keys. One object serves all changes of a batch.</summary>
public sealed class RowKeys
{
    private readonly HashSet<(string ProjectId, string Id)> _deployments = [];
    private readonly HashSet<(string ProjectId, string Id)> _configs = [];
    private readonly HashSet<(string ProjectId, string Operation, string Key)> _outcomes = [];

    /// <summary>The deployments; each comes with what belongs to it: its config's facts, its snapshot and the generation of its server's URL.</summary>
    public IReadOnlyCollection<(string ProjectId, string Id)> Deployments => _deployments;

    /// <summary>The configs.</summary>
    public IReadOnlyCollection<(string ProjectId, string Id)> Configs => _configs;

    /// <summary>The idempotency keys.</summary>
    public IReadOnlyCollection<(string ProjectId, string Operation, string Key)> Outcomes => _outcomes;

    /// <summary>A deployment will be asked for.</summary>
    public void Deployment(string projectId, string id) => _deployments.Add((projectId, id));

    /// <summary>A config will be asked for.</summary>
    public void Config(string projectId, string id) => _configs.Add((projectId, id));

    /// <summary>An idempotency key will be asked for.</summary>
    public void Outcome(string projectId, string operation, string key) => _outcomes.Add((projectId, operation, key));

    internal void Clear()
    {
        _deployments.Clear();
        _configs.Clear();
        _outcomes.Clear();
    }

    internal bool HasDeployment(string projectId, string id) => _deployments.Contains((projectId, id));

    internal bool HasConfig(string projectId, string id) => _configs.Contains((projectId, id));

    internal bool HasOutcome(string projectId, string operation, string key) => _outcomes.Contains((projectId, operation, key));
}
