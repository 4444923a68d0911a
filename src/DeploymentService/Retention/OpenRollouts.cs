using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>The rollouts that have not ended, and what they need. They are looked at once, and those that came since whenever it is asked again.</summary>
internal sealed class OpenRollouts(IDatabaseReader reader)
{
    private readonly HashSet<(string ProjectId, string Id)> _deployments = [];
    private readonly HashSet<(string ProjectId, string Id)> _configs = [];
    private readonly HashSet<(string ProjectId, string Id)> _rollouts = [];

    /// <summary>The number of the last rollout that was looked at.</summary>
    public long Last { get; private set; }

    /// <summary>Looks at those that came since.</summary>
    public async Task LookAsync()
    {
        var open = new List<KnownRollout>();
        await reader.ForEachAsync(RetentionQueries.Rollouts, Last, int.MaxValue, rollout =>
        {
            Last = rollout.Number;
            if (rollout.IsOpen)
            {
                open.Add(rollout);
            }

            return true;
        });
        foreach (var rollout in open)
        {
            _rollouts.Add((rollout.ProjectId, rollout.Id));
            _configs.Add((rollout.ProjectId, rollout.ConfigId));
            await reader.ForEachAsync(RetentionQueries.Held, rollout, int.MaxValue, held =>
            {
                Add(rollout.ProjectId, held.Has);
                Add(rollout.ProjectId, held.Uses);
                return true;
            });
        }
    }

    /// <summary>True of a deployment that one of them has.</summary>
    public bool Have(KnownDeployment deployment) => _deployments.Contains((deployment.ProjectId, deployment.Id))
        || (deployment.RolloutId is { } rollout && _rollouts.Contains((deployment.ProjectId, rollout)));

    /// <summary>True of a config that one of them brings to servers.</summary>
    public bool Bring(OldRow config) => _configs.Contains((config.ProjectId, config.Id));

    private void Add(string projectId, string? deploymentId)
    {
        if (deploymentId is not null)
        {
            _deployments.Add((projectId, deploymentId));
        }
    }
}
