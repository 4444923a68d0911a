namespace DeploymentService.Storage;

/// <summary>The rows that a change will ask for, by their keys. Mostly one or two, so that lists do; they are asked for in about the order in which they were named.</summary>
public sealed class RowKeys
{
    private readonly Keys<(string ProjectId, string Id)> _deployments = new();
    private readonly Keys<(string ProjectId, string Id)> _configs = new();
    private readonly Keys<(string ProjectId, string Operation, string Key)> _outcomes = new();

    /// <summary>The deployments; each comes with what belongs to it: its config's facts, its snapshot and the generation of its server's URL.</summary>
    public IReadOnlyCollection<(string ProjectId, string Id)> Deployments => _deployments.Named;

    /// <summary>The configs.</summary>
    public IReadOnlyCollection<(string ProjectId, string Id)> Configs => _configs.Named;

    /// <summary>The idempotency keys.</summary>
    public IReadOnlyCollection<(string ProjectId, string Operation, string Key)> Outcomes => _outcomes.Named;

    /// <summary>A deployment will be asked for.</summary>
    public void Deployment(string projectId, string id) => _deployments.Named.Add((projectId, id));

    /// <summary>A config will be asked for.</summary>
    public void Config(string projectId, string id) => _configs.Named.Add((projectId, id));

    /// <summary>An idempotency key will be asked for.</summary>
    public void Outcome(string projectId, string operation, string key) => _outcomes.Named.Add((projectId, operation, key));

    internal void Clear()
    {
        _deployments.Named.Clear();
        _configs.Named.Clear();
        _outcomes.Named.Clear();
    }

    internal bool HasDeployment(string projectId, string id) => _deployments.Has((projectId, id));

    internal bool HasConfig(string projectId, string id) => _configs.Has((projectId, id));

    internal bool HasOutcome(string projectId, string operation, string key) => _outcomes.Has((projectId, operation, key));

    private sealed class Keys<T>
        where T : IEquatable<T>
    {
        private int _next;

        public List<T> Named { get; } = [];

        /// <summary>Looks first where the last one was found, and then behind it.</summary>
        public bool Has(T key)
        {
            for (var looked = 0; looked < Named.Count; looked++)
            {
                var place = (_next + looked) % Named.Count;
                if (Named[place].Equals(key))
                {
                    _next = place;
                    return true;
                }
            }

            return false;
        }
    }
}
