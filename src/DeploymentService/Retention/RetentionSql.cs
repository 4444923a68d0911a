using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>The statements that remove what has ended long ago. Each decides again whether it is to go.</summary>
internal static class RetentionSql
{
    private const string RemoveRunText = """
        DELETE FROM deployment_runs WHERE deployment_number = $1 AND number = $2 AND status <> 'IN_PROGRESS' AND ended_time < $3
        """;

    // The last of all stays, so that no number is given twice.
    private const string RemoveRolloutText = """
        DELETE FROM rollouts WHERE project_id = $1 AND id = $2 AND revision = $3 AND in_progress = 0 AND number < (SELECT max(number) FROM rollouts)
        """;

    private const string RemoveServersText = "DELETE FROM rollout_servers WHERE rollout_number = $1 AND position <= $2";

    // What is behind a number was not looked at: it may be open.
    private const string RemoveConfigText = """
        DELETE FROM software_configs WHERE project_id = $1 AND id = $2
        AND NOT EXISTS (SELECT 1 FROM software_deployments AS d WHERE d.project_id = $1 AND d.config_id = $2)
        AND NOT EXISTS (SELECT 1 FROM execution_snapshots AS s WHERE s.project_id = $1 AND s.config_id = $2)
        AND NOT EXISTS (SELECT 1 FROM rollouts AS r WHERE r.project_id = $1 AND r.number > $3 AND r.config_id = $2)
        """;

    /// <summary>Removes a run, if it ended before a time.</summary>
    public static Statement<(long Deployment, long Run, DateTime Before)> RemoveRun { get; } =
        new(RemoveRunText, static (parameters, run) => parameters.Add(run.Deployment).Add(run.Run).Add(run.Before));

    /// <summary>Removes a rollout, if it is as it was seen.</summary>
    public static Statement<KnownRollout> RemoveRollout { get; } =
        new(RemoveRolloutText, static (parameters, rollout) => parameters.Add(rollout.ProjectId).Add(rollout.Id).Add(rollout.Revision));

    /// <summary>Removes servers of a rollout up to a place.</summary>
    public static Statement<(long Number, long Position)> RemoveServers { get; } =
        new(RemoveServersText, static (parameters, last) => parameters.Add(last.Number).Add(last.Position));

    /// <summary>Removes a config, if nothing uses it.</summary>
    public static Statement<(OldRow Config, long LastRollout)> RemoveConfig { get; } = new(
        RemoveConfigText, static (parameters, key) => parameters.Add(key.Config.ProjectId).Add(key.Config.Id).Add(key.LastRollout));
}
