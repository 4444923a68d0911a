namespace DeploymentService.Storage.Model;

/// <summary>The columns of a deployment in the queries of all engines.</summary>
public static class DeploymentColumns
{
    /// <summary>The columns that <see cref="Read"/> expects, in its order.</summary>
    public const string All = """
        project_id, id, sequence, server_id, config_id, action, status, status_reason, input_values, output_values, stack_user_project_id,
        creation_time, updated_time, execution, execution_is_stale, revision, timeout, deadline, lateness, fetched_time,
        execution_is_on_server, started_time, started_by, ended_time, rollout_id, outputs_are_stale
        """;

    /// <summary>The same of a table named <c>d</c> without what may be large, for who keeps hardly anything of it: no values, and a reason of 1,001 characters at most.</summary>
    internal const string WithoutValues = """
        d.project_id, d.id, d.sequence, d.server_id, d.config_id, d.action, d.status, substr(d.status_reason, 1, 1001), NULL, NULL, d.stack_user_project_id,
        d.creation_time, d.updated_time, d.execution, d.execution_is_stale, d.revision, d.timeout, d.deadline, d.lateness, d.fetched_time,
        d.execution_is_on_server, d.started_time, d.started_by, d.ended_time, d.rollout_id, d.outputs_are_stale
        """;

    /// <summary>How many bytes the values of one in a table named <c>d</c> have, which a change reads and keeps; 0 where there is none. The engines know it without reading the values.</summary>
    internal const string Size = "CAST(coalesce(octet_length(d.output_values), 0) + coalesce(octet_length(d.input_values), 0) AS bigint)";

    /// <summary>How many they are.</summary>
    internal const int Count = 26;

    /// <summary>The deployment of a row.</summary>
    public static SoftwareDeployment Read(IRow row) => new()
    {
        ProjectId = row.Text(0),
        Id = row.Text(1),
        Sequence = row.Integer(2),
        ServerId = row.Text(3),
        ConfigId = row.Text(4),
        Action = row.TextOrNull(5),
        Status = row.Text(6),
        StatusReason = row.TextOrNull(7),
        InputValues = row.JsonOrNull(8),
        OutputValues = row.JsonOrNull(9),
        StackUserProjectId = row.TextOrNull(10),
        CreationTime = row.Time(11),
        UpdatedTime = row.TimeOrNull(12),
        Execution = row.Integer(13),
        ExecutionIsStale = row.Flag(14),
        Revision = row.Integer(15),
        Timeout = row.IntegerOrNull(16),
        Deadline = row.TimeOrNull(17),
        Lateness = (Lateness)row.Integer(18),
        FetchedTime = row.TimeOrNull(19),
        ExecutionIsOnServer = row.Flag(20),
        StartedTime = row.Time(21),
        StartedBy = row.TextOrNull(22),
        // An older version of the service, which does not know it, may have begun this execution and left the end of the one before.
        EndedTime = row.Text(6) == DeploymentStatus.InProgress ? null : row.TimeOrNull(23),
        RolloutId = row.TextOrNull(24),
        OutputsAreStale = row.Flag(25),
    };
}
