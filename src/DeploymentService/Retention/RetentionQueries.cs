using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Retention;

/// <summary>
/// The queries that find what has ended long ago. They walk in the order of a key, some rows at a time, so that none is open for long: an index by the end would have to be written
/// with every report, and this is asked once an hour.
/// </summary>
public static class RetentionQueries
{
    private const string Open = $"r.status {RolloutStatus.AreOpen} OR r.in_progress > 0";

    // As in an agent's document: what the execution runs. A config without a name has none but itself.
    private const string DeploymentsText = $"""
        SELECT d.sequence, d.project_id, d.id, d.server_id, coalesce(nullif(c.name, ''), c.id), d.config_id, d.rollout_id,
        CASE WHEN d.status <> '{DeploymentStatus.InProgress}' THEN d.ended_time END, d.started_time, d.execution_is_on_server
        FROM software_deployments AS d
        LEFT JOIN execution_snapshots AS s ON s.project_id = d.project_id AND s.deployment_id = d.id
        JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = coalesce(s.config_id, d.config_id)
        WHERE d.sequence < $1 ORDER BY d.sequence DESC
        """;

    private const string SizeText = $"SELECT d.id, {DeploymentColumns.Size} FROM software_deployments AS d WHERE d.sequence = $1";

    private const string RunsText = $"""
        SELECT deployment_number, number, CASE WHEN status <> '{DeploymentStatus.InProgress}' AND ended_time < $3 THEN project_id END, ended_time
        FROM deployment_runs WHERE (deployment_number, number) > ($1, $2) ORDER BY deployment_number, number
        """;

    private const string RolloutsText = $"""
        SELECT r.number, r.project_id, r.id, r.config_id, r.revision, r.name, r.status, r.ended_time, CASE WHEN {Open} THEN 1 ELSE 0 END
        FROM rollouts AS r WHERE r.number > $1 ORDER BY r.number
        """;

    private const string DrivenText = $"""
        SELECT d.id FROM rollout_servers AS s JOIN software_deployments AS d ON d.project_id = $2 AND d.id = s.deployment_id
        WHERE s.rollout_number = $1 AND d.rollout_id = $3 AND d.status = '{DeploymentStatus.InProgress}'
        """;

    private const string HeldText = """
        SELECT s.deployment_id, u.deployment_id FROM rollout_servers AS s
        LEFT JOIN rollout_deployments AS u ON u.project_id = $2 AND u.name = $3 AND u.server_id = s.server_id WHERE s.rollout_number = $1
        """;

    private const string ServersText = """
        SELECT s.rollout_number, (SELECT r.number FROM rollouts AS r WHERE r.number = s.rollout_number) FROM rollout_servers AS s
        WHERE s.rollout_number > $1 ORDER BY s.rollout_number
        """;

    private const string PositionsText = "SELECT position FROM rollout_servers WHERE rollout_number = $1 ORDER BY position";

    private const string ConfigsText = "SELECT sequence, project_id, id, creation_time FROM software_configs WHERE sequence > $1 ORDER BY sequence";

    private const string UserText = """
        SELECT id FROM software_deployments WHERE project_id = $1 AND config_id = $2
        UNION ALL SELECT deployment_id FROM execution_snapshots WHERE project_id = $1 AND config_id = $2
        """;

    private const string UsersText = """
        SELECT (SELECT count(*) FROM software_deployments WHERE project_id = $1 AND config_id = $2)
        + (SELECT count(*) FROM execution_snapshots WHERE project_id = $1 AND config_id = $2)
        """;

    /// <summary>The deployments before a number, the newest first.</summary>
    internal static Query<long, KnownDeployment> Deployments { get; } = new(
        DeploymentsText,
        static (parameters, before) => parameters.Add(before),
        static row => new(row.Integer(0), row.Text(1), row.Text(2))
        {
            ServerId = row.Text(3),
            Name = row.Text(4),
            ConfigId = row.Text(5),
            RolloutId = row.TextOrNull(6),
            EndedTime = row.TimeOrNull(7),
            StartedTime = row.Time(8),
            IsOnServer = row.Flag(9),
        });

    /// <summary>The id of a deployment, and how many bytes its values have. The engines know that without reading them.</summary>
    internal static Query<long, SizedDeployment> Size { get; } =
        new(SizeText, static (parameters, number) => parameters.Add(number), static row => new(row.Text(0), row.Integer(1)));

    /// <summary>The kept runs behind one, with what is known of those that ended before a time.</summary>
    internal static Query<(long Deployment, long Run, DateTime Before), (long Deployment, long Run, OldRow? Ended)> Runs { get; } = new(
        RunsText,
        static (parameters, key) => parameters.Add(key.Deployment).Add(key.Run).Add(key.Before),
        static row => (row.Integer(0), row.Integer(1), row.IsNull(2) ? null : new(row.Text(2), $"{row.Integer(0)}/{row.Integer(1)}", row.Time(3))));

    /// <summary>The rollouts behind a number.</summary>
    internal static Query<long, KnownRollout> Rollouts { get; } = new(
        RolloutsText,
        static (parameters, after) => parameters.Add(after),
        static row => new(row.Integer(0), row.Text(1), row.Text(2), row.Text(3))
        {
            Revision = row.Integer(4),
            Name = row.Text(5),
            Status = row.Text(6),
            EndedTime = row.TimeOrNull(7),
            IsOpen = row.Integer(8) != 0,
        });

    /// <summary>The deployments that a rollout has begun, and that are in progress.</summary>
    internal static Query<KnownRollout, string> Driven { get; } = new(
        DrivenText, static (parameters, rollout) => parameters.Add(rollout.Number).Add(rollout.ProjectId).Add(rollout.Id), static row => row.Text(0));

    /// <summary>The deployments that a rollout has for its servers, and those that its name will use for them.</summary>
    internal static Query<KnownRollout, (string? Has, string? Uses)> Held { get; } = new(
        HeldText, static (parameters, rollout) => parameters.Add(rollout.Number).Add(rollout.ProjectId).Add(rollout.Name), static row => (row.TextOrNull(0), row.TextOrNull(1)));

    /// <summary>The numbers of rollouts that have servers, behind one, and whether each is there.</summary>
    internal static Query<long, ServersOfRollout> Servers { get; } =
        new(ServersText, static (parameters, after) => parameters.Add(after), static row => new(row.Integer(0), !row.IsNull(1)));

    /// <summary>The places of a rollout's servers.</summary>
    internal static Query<long, long> Positions { get; } = new(PositionsText, static (parameters, number) => parameters.Add(number), static row => row.Integer(0));

    /// <summary>The configs behind a number.</summary>
    internal static Query<long, (long Number, OldRow Config)> Configs { get; } = new(
        ConfigsText, static (parameters, after) => parameters.Add(after), static row => (row.Integer(0), new(row.Text(1), row.Text(2), row.Time(3))));

    /// <summary>Who uses a config.</summary>
    internal static Query<OldRow, string> User { get; } =
        new(UserText, static (parameters, config) => parameters.Add(config.ProjectId).Add(config.Id), static row => row.Text(0));

    /// <summary>How many use a config.</summary>
    internal static Query<OldRow, long> Users { get; } =
        new(UsersText, static (parameters, config) => parameters.Add(config.ProjectId).Add(config.Id), static row => row.Integer(0));
}

/// <summary>A row that may be due.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Id">Which one.</param>
/// <param name="Time">When it ended; when it was created, where there is no end.</param>
internal sealed record OldRow(string ProjectId, string Id, DateTime Time);

/// <summary>A deployment.</summary>
internal sealed record KnownDeployment(long Number, string ProjectId, string Id)
{
    /// <summary>Its server.</summary>
    public required string ServerId { get; init; }

    /// <summary>The name of the config that it runs.</summary>
    public required string Name { get; init; }

    /// <summary>Its config.</summary>
    public required string ConfigId { get; init; }

    /// <summary>The rollout that began it; null for none.</summary>
    public required string? RolloutId { get; init; }

    /// <summary>When it ended, UTC; null while it is in progress.</summary>
    public required DateTime? EndedTime { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTime StartedTime { get; init; }

    /// <summary>True when the server may have it.</summary>
    public required bool IsOnServer { get; init; }
}

/// <summary>A deployment, and how large it is.</summary>
internal sealed record SizedDeployment(string Id, long Bytes);

/// <summary>Whose servers there are.</summary>
/// <param name="Number">The number of the rollout.</param>
/// <param name="IsThere">False when the rollout is removed.</param>
internal sealed record ServersOfRollout(long Number, bool IsThere);

/// <summary>A rollout.</summary>
internal sealed record KnownRollout(long Number, string ProjectId, string Id, string ConfigId)
{
    /// <summary>Its state.</summary>
    public required long Revision { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its status.</summary>
    public required string Status { get; init; }

    /// <summary>When it ended, UTC; null while it has not.</summary>
    public required DateTime? EndedTime { get; init; }

    /// <summary>True while something may still become of it.</summary>
    public required bool IsOpen { get; init; }
}
