using DeploymentService.Json;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>The queries of the rollouts.</summary>
internal static class RolloutQueries
{
    private const string Columns = """
        r.project_id, r.id, r.number, r.name, r.config_id, r.action, r.input_values, r.timeout, r.batch_sizes, r.pause_seconds, r.pause_after_batch, r.max_failures,
        r.max_failure_percent, r.skip_done, r.retry_of, r.status, r.status_reason, r.total, r.pending, r.in_progress, r.complete, r.failed, r.skipped, r.batch, r.batch_left,
        r.batch_started_time, r.resume_time, r.paused_time, r.paused_milliseconds, r.creation_time, r.created_by, r.started_time, r.updated_time, r.ended_time, r.revision
        """;

    private const string FindText = $"SELECT {Columns} FROM rollouts AS r WHERE r.project_id = $1 AND r.id = $2";

    private const string EventsText = $"""
        SELECT {EventColumns.All} FROM deployment_events AS e
        WHERE e.project_id = $1 AND e.deployment_id = $2 AND e.sequence > $3 AND e.subject = '{EventSubject.Rollout}' ORDER BY e.sequence
        """;

    // Without the inputs, which may be large.
    private static readonly string ListText =
        $"SELECT {Columns.Replace("r.input_values", "NULL", StringComparison.Ordinal)} FROM rollouts AS r WHERE r.project_id = $1 AND r.number < $2 ORDER BY r.number DESC";

    private const string OpenText = $"SELECT project_id, id FROM rollouts WHERE status {RolloutStatus.AreOpen} OR in_progress > 0 ORDER BY number";

    // The servers of a rollout, each with its deployment.
    private const string OfRollout = """
        FROM rollout_servers AS s LEFT JOIN software_deployments AS d ON d.project_id = $2 AND d.id = s.deployment_id
        WHERE s.rollout_number = $1
        """;

    // What is as it was begun is nothing to look at.
    private const string NewsText = $"""
        SELECT s.position, s.deployment_id, d.status, d.lateness, d.rollout_id, d.config_id, {DeploymentColumns.Size} {OfRollout} AND s.outcome = 1
        AND (d.id IS NULL OR d.status <> 'IN_PROGRESS' OR d.lateness <> 0 OR d.rollout_id IS NULL OR d.rollout_id <> $3 OR d.config_id <> $4)
        ORDER BY s.position
        """;

    private const string NextText = $"""
        SELECT s.position, s.server_id, d.id, {DeploymentColumns.Size} FROM rollout_servers AS s
        LEFT JOIN rollout_deployments AS u ON u.project_id = $2 AND u.name = $3 AND u.server_id = s.server_id
        LEFT JOIN software_deployments AS d ON d.project_id = $2 AND d.id = u.deployment_id
        WHERE s.rollout_number = $1 AND s.outcome = 0 ORDER BY s.position
        """;

    private const string DoneText = """
        SELECT s.position, d.id, d.action, d.input_values FROM rollout_servers AS s
        JOIN software_deployments AS d ON d.project_id = $2 AND d.server_id = s.server_id AND d.config_id = $3 AND d.status = 'COMPLETE'
        WHERE s.rollout_number = $1 AND s.outcome = 0 AND s.position <= $4 ORDER BY s.position
        """;

    private const string ServerColumns = """
        s.position, s.server_id, s.outcome, s.batch, s.deployment_id, s.execution, s.started_time, s.ended_time,
        CASE WHEN s.outcome = 1 THEN substr(d.status_reason, 1, 1001) ELSE s.reason END, CASE WHEN s.outcome = 1 THEN d.lateness ELSE 0 END
        """;

    private const string ServersText = $"""
        SELECT {ServerColumns} {OfRollout} AND s.position > $3 ORDER BY s.position
        """;

    private const string ServersOfOutcomeText = $"""
        SELECT {ServerColumns} {OfRollout} AND s.outcome = $4 AND s.position > $3 ORDER BY s.position
        """;

    private const string FirstFailedText = $"""
        SELECT {ServerColumns} {OfRollout} AND s.outcome = 3 ORDER BY s.ended_time, s.position
        """;

    // With a sign, so that the engines go by the key, which has the order. What has failed since the last look is not put down yet.
    private const string RetriedText = $"""
        SELECT s.server_id {OfRollout} AND (+s.outcome IN (0, 3) OR (+s.outcome = 1 AND (d.id IS NULL OR d.status = 'FAILED'))) ORDER BY s.position
        """;

    private const string ReasonsText = """
        SELECT s.reason, count(*), min(s.position) FROM rollout_servers AS s WHERE s.rollout_number = $1 AND s.outcome = 3 GROUP BY s.reason
        """;

    /// <summary>One rollout.</summary>
    public static Query<(string ProjectId, string Id), Rollout> Find { get; } =
        new(FindText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), Read);

    /// <summary>The rollouts of a project before a place in the order of creation, newest first.</summary>
    public static Query<(string ProjectId, long Before), Rollout> OfProject { get; } =
        new(ListText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Before), Read);

    /// <summary>Those of all projects that something may still become of. There is no index for it: of a thousand all are looked at in a millisecond, once a start.</summary>
    public static Query<int, (string ProjectId, string Id)> Open { get; } = new(OpenText, static (_, _) => { }, static row => (row.Text(0), row.Text(1)));

    /// <summary>The servers of a rollout that were begun, and whose deployments are no longer as they were then.</summary>
    public static Query<Rollout, ServerNews> News { get; } = new(
        NewsText,
        static (parameters, rollout) => parameters.Add(rollout.Number).Add(rollout.ProjectId).Add(rollout.Id).Add(rollout.ConfigId),
        static row => new(row.Integer(0), row.TextOrNull(1)!, row.TextOrNull(2), row.IntegerOrNull(3) ?? 0, row.TextOrNull(4), row.TextOrNull(5)) { Size = row.Integer(6) });

    /// <summary>The servers of a rollout that are next, with the deployment that its name has for each.</summary>
    public static Query<Rollout, NextServer> Next { get; } = new(
        NextText,
        static (parameters, rollout) => parameters.Add(rollout.Number).Add(rollout.ProjectId).Add(rollout.Name),
        static row => new(row.Integer(0), row.Text(1), row.TextOrNull(2), row.Integer(3)));

    /// <summary>The deployments by which servers that are next, up to a place, have the config already.</summary>
    public static Query<(Rollout Rollout, long Last), DoneServer> Done { get; } = new(
        DoneText,
        static (parameters, key) => parameters.Add(key.Rollout.Number).Add(key.Rollout.ProjectId).Add(key.Rollout.ConfigId).Add(key.Last),
        static row => new(row.Integer(0), row.Text(1), row.TextOrNull(2), row.JsonOrNull(3)));

    /// <summary>The servers of a rollout behind a place.</summary>
    public static Query<(Rollout Rollout, long After), ShownServer> Servers { get; } = new(
        ServersText, static (parameters, key) => parameters.Add(key.Rollout.Number).Add(key.Rollout.ProjectId).Add(key.After), ReadServer);

    /// <summary>The same of those with one outcome.</summary>
    public static Query<(Rollout Rollout, long After, RolloutOutcome Outcome), ShownServer> ServersOfOutcome { get; } = new(
        ServersOfOutcomeText,
        static (parameters, key) => parameters.Add(key.Rollout.Number).Add(key.Rollout.ProjectId).Add(key.After).Add((long)key.Outcome),
        ReadServer);

    /// <summary>The servers that failed, the first first.</summary>
    public static Query<Rollout, ShownServer> FirstFailed { get; } =
        new(FirstFailedText, static (parameters, rollout) => parameters.Add(rollout.Number).Add(rollout.ProjectId), ReadServer);

    /// <summary>The servers of a rollout that failed or were not begun.</summary>
    public static Query<Rollout, string> Retried { get; } =
        new(RetriedText, static (parameters, rollout) => parameters.Add(rollout.Number).Add(rollout.ProjectId), static row => row.Text(0));

    /// <summary>Why servers failed, how many for each reason, and the place of one of them.</summary>
    public static Query<Rollout, (string? Reason, long Count, long Position)> Reasons { get; } = new(
        ReasonsText, static (parameters, rollout) => parameters.Add(rollout.Number), static row => (row.TextOrNull(0), row.Integer(1), row.Integer(2)));

    /// <summary>What happened to a rollout behind an event.</summary>
    public static Query<(Rollout Rollout, long After), DeploymentEvent> Events { get; } = new(
        EventsText, static (parameters, key) => parameters.Add(key.Rollout.ProjectId).Add(key.Rollout.Id).Add(key.After), static row => EventColumns.Read(row, 0));

    private static ShownServer ReadServer(IRow row) => new(
        new()
        {
            RolloutNumber = 0,
            Position = row.Integer(0),
            ServerId = row.Text(1),
            Outcome = (RolloutOutcome)row.Integer(2),
            Batch = row.IntegerOrNull(3),
            DeploymentId = row.TextOrNull(4),
            Execution = row.IntegerOrNull(5),
            StartedTime = row.TimeOrNull(6),
            EndedTime = row.TimeOrNull(7),
            Reason = DeploymentEvent.Shorten(row.TextOrNull(8)),
        },
        (Lateness)(row.IntegerOrNull(9) ?? 0) == Lateness.Overdue);

    private static Rollout Read(IRow row) => new()
    {
        ProjectId = row.Text(0),
        Id = row.Text(1),
        Number = row.Integer(2),
        Name = row.Text(3),
        ConfigId = row.Text(4),
        Action = row.TextOrNull(5),
        InputValues = row.JsonOrNull(6),
        Timeout = row.IntegerOrNull(7),
        BatchSizes = row.TextOrNull(8),
        PauseSeconds = row.IntegerOrNull(9),
        PauseAfterBatch = row.Flag(10),
        MaxFailures = row.IntegerOrNull(11),
        MaxFailurePercent = row.IntegerOrNull(12),
        SkipDone = row.Flag(13),
        RetryOf = row.TextOrNull(14),
        Status = row.Text(15),
        StatusReason = row.TextOrNull(16),
        Total = row.Integer(17),
        Pending = row.Integer(18),
        InProgress = row.Integer(19),
        Complete = row.Integer(20),
        Failed = row.Integer(21),
        Skipped = row.Integer(22),
        Batch = row.Integer(23),
        BatchLeft = row.Integer(24),
        BatchStartedTime = row.TimeOrNull(25),
        ResumeTime = row.TimeOrNull(26),
        PausedTime = row.TimeOrNull(27),
        PausedMilliseconds = row.Integer(28),
        CreationTime = row.Time(29),
        CreatedBy = row.TextOrNull(30),
        StartedTime = row.TimeOrNull(31),
        UpdatedTime = row.TimeOrNull(32),
        EndedTime = row.TimeOrNull(33),
        Revision = row.Integer(34),
    };
}

/// <summary>A server whose deployment is no longer as it was begun.</summary>
/// <param name="Position">Its place.</param>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="Status">The status of the deployment; null when it is gone.</param>
/// <param name="Lateness">Its <see cref="SoftwareDeployment.Lateness"/>.</param>
/// <param name="RolloutId">The rollout that began its execution; null when a person did.</param>
/// <param name="ConfigId">Its config.</param>
internal sealed record ServerNews(long Position, string DeploymentId, string? Status, long Lateness, string? RolloutId, string? ConfigId)
{
    /// <summary>How many bytes its values have.</summary>
    public required long Size { get; init; }
}

/// <summary>A server that is next.</summary>
/// <param name="Position">Its place.</param>
/// <param name="ServerId">The server.</param>
/// <param name="DeploymentId">The deployment that the rollout's name has for it; null for none, or where that is deleted.</param>
/// <param name="Size">How many bytes the values of that have.</param>
internal sealed record NextServer(long Position, string ServerId, string? DeploymentId, long Size)
{
    /// <summary>The id of a deployment that may have to be made.</summary>
    public string NewId { get; } = Guid.NewGuid().ToString();

    /// <summary>The deployment by which it has the config already; null for none.</summary>
    public string? DoneId { get; init; }
}

/// <summary>A deployment by which a server has the config of a rollout.</summary>
internal sealed record DoneServer(long Position, string DeploymentId, string? Action, JsonText? InputValues);

/// <summary>A server of a rollout as it is shown.</summary>
/// <param name="Server">Its row, with the reason of its deployment while that is in progress.</param>
/// <param name="IsOverdue">True when it is in progress and overdue.</param>
internal sealed record ShownServer(RolloutServer Server, bool IsOverdue);
