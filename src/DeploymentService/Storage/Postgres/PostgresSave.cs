using DeploymentService.Storage.Model;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>What a batch has decided and not saved yet, and the statements that save it: all rows of a kind by one, each column an array.</summary>
internal sealed class PostgresSave
{
    // A division by zero, with which nothing is committed, unless all rows were found: nobody can have changed them but by hand, past the lock of all writers.
    private const string UpdateSql = """
        WITH changed AS (UPDATE software_deployments AS d SET config_id = v.config_id, action = v.action, status = v.status, status_reason = v.status_reason,
        input_values = CASE WHEN v.has_inputs THEN v.input_values ELSE d.input_values END,
        output_values = CASE WHEN v.has_outputs THEN v.output_values ELSE d.output_values END,
        updated_time = v.updated_time, execution = v.execution, execution_is_stale = v.execution_is_stale, revision = v.revision, deadline = v.deadline,
        lateness = v.lateness, fetched_time = v.fetched_time, execution_is_on_server = v.execution_is_on_server,
        started_time = v.started_time, started_by = v.started_by, ended_time = v.ended_time, rollout_id = v.rollout_id,
        outputs_are_stale = v.outputs_are_stale, timeout = v.timeout
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) AS v (sequence, seen, config_id, action, status, status_reason,
        has_inputs, input_values, has_outputs, output_values, updated_time, execution, execution_is_stale, revision, deadline, lateness, fetched_time, execution_is_on_server,
        started_time, started_by, ended_time, rollout_id, outputs_are_stale, timeout)
        WHERE d.sequence = v.sequence AND d.revision = v.seen RETURNING 1) SELECT 1 / (count(*) = $25)::int FROM changed
        """;

    private const string InsertSql = $"""
        INSERT INTO software_deployments ({DeploymentColumns.All})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
        """;

    private const string DeleteSql = """
        WITH changed AS (DELETE FROM software_deployments AS d USING unnest($1, $2) AS v (sequence, seen) WHERE d.sequence = v.sequence AND d.revision = v.seen RETURNING 1)
        SELECT 1 / (count(*) = $3)::int FROM changed
        """;

    private const string DeleteSnapshotsSql = """
        DELETE FROM execution_snapshots AS s USING unnest($1, $2) AS v (project_id, deployment_id) WHERE s.project_id = v.project_id AND s.deployment_id = v.deployment_id
        """;

    private const string InsertSnapshotsSql = """
        INSERT INTO execution_snapshots (project_id, deployment_id, config_id, action, input_values) SELECT * FROM unnest($1, $2, $3, $4, $5)
        """;

    private const string InsertConfigsSql = """
        INSERT INTO software_configs (project_id, id, sequence, name, "group", config, inputs, outputs, options, creation_time)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string InsertOutcomesSql = """
        INSERT INTO idempotency_keys (project_id, operation, key, body_hash, resource_id, creation_time) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        """;

    private const string InsertEventsSql = """
        INSERT INTO deployment_events (sequence, project_id, subject, deployment_number, deployment_id, server_id, time, kind, execution, status_from, status_to, reason,
        repeated, is_report, actor_name, actor_role, request_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """;

    private const string BatchSql = """
        INSERT INTO writer_batches (writer_id, number, time) VALUES ($1, $2, $3)
        ON CONFLICT (writer_id) DO UPDATE SET number = excluded.number, time = excluded.time
        """;

    private readonly List<DeploymentState> _deployments = [];

    /// <summary>New configs.</summary>
    public List<SoftwareConfig> Configs { get; } = [];

    /// <summary>Runs that are kept or forgotten.</summary>
    public PostgresRuns Runs { get; } = new();

    /// <summary>What requests came to.</summary>
    public List<IdempotencyRecord> Outcomes { get; } = [];

    /// <summary>What is appended to the log.</summary>
    public List<DeploymentEvent> Events { get; } = [];

    /// <summary>True when there is nothing to save.</summary>
    public bool IsEmpty => _deployments.Count + Configs.Count + Outcomes.Count + Events.Count == 0 && Runs.IsEmpty;

    /// <summary>Puts down which batch a writer has committed last.</summary>
    public static NpgsqlBatchCommand Batch(WriterBatch batch)
    {
        var command = new NpgsqlBatchCommand(BatchSql);
        new PostgresParameters(command.Parameters).Add(batch.WriterId).Add(batch.Number).Add(batch.Time);
        return command;
    }

    /// <summary>A deployment is new.</summary>
    public DeploymentState Added(SoftwareDeployment row)
    {
        var state = new DeploymentState();
        Changed(state, row);
        return state;
    }

    /// <summary>A deployment is something else.</summary>
    public void Changed(DeploymentState state, SoftwareDeployment row)
    {
        Note(state);
        (state.Row, state.IsChanged) = (row, true);
    }

    /// <summary>A deployment is gone, what its execution ran, and its runs.</summary>
    public void Deleted(DeploymentState state)
    {
        Note(state);
        Runs.Forget(state.Row!.Sequence, most: 0);
        (state.Row, state.IsChanged, state.Snapshot, state.IsSnapshotChanged) = (null, true, null, false);
    }

    /// <summary>The execution of a deployment runs something else than the deployment says, or not any more.</summary>
    public void ChangedSnapshot(DeploymentState state, ExecutionSnapshot? snapshot)
    {
        Note(state);
        (state.Snapshot, state.IsSnapshotChanged) = (snapshot, true);
    }

    /// <summary>Adds the statements, in an order that keeps what refers to what.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        Add(batch, DeleteSnapshotsSql, _deployments.FindAll(state => state is { IsSnapshotChanged: true, Stored: not null }), static (columns, states) => columns
            .Text(states, static state => state.Stored!.ProjectId).Text(states, static state => state.Stored!.Id));
        Add(batch, DeleteSql, _deployments.FindAll(state => state is { IsChanged: true, Stored: not null, Row: null }), static (columns, states) => columns
            .Integer(states, static state => state.Stored!.Sequence).Integer(states, static state => state.Stored!.Revision).Count(states));
        Add(batch, InsertConfigsSql, Configs, AddConfig);
        Add(batch, UpdateSql, _deployments.FindAll(state => state is { IsChanged: true, Stored: not null, Row: not null }), AddUpdate);
        Add(batch, InsertSql, _deployments.FindAll(state => state is { IsChanged: true, Stored: null, Row: not null }).ConvertAll(state => state.Row!), AddDeployment);
        Add(batch, InsertSnapshotsSql, _deployments.FindAll(state => state is { IsSnapshotChanged: true, Snapshot: not null }).ConvertAll(state => state.Snapshot!), AddSnapshot);
        Runs.AddTo(batch);
        Add(batch, InsertOutcomesSql, Outcomes, AddOutcome);
        Add(batch, InsertEventsSql, Events, AddEvent);
    }

    /// <summary>All is saved, or nothing is to be.</summary>
    public void Clear()
    {
        foreach (var state in _deployments)
        {
            (state.Stored, state.IsChanged, state.IsSnapshotChanged) = (state.Row, false, false);
        }

        _deployments.Clear();
        Configs.Clear();
        Runs.Clear();
        Outcomes.Clear();
        Events.Clear();
    }

    private void Note(DeploymentState state)
    {
        if (state is { IsChanged: false, IsSnapshotChanged: false })
        {
            _deployments.Add(state);
        }
    }

    /// <summary>Adds a statement for rows, unless there are none.</summary>
    internal static void Add<T>(NpgsqlBatch batch, string sql, List<T> rows, Action<PostgresColumns, List<T>> bind)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql);
        bind(new(command.Parameters), rows);
        batch.BatchCommands.Add(command);
    }

    private static void AddUpdate(PostgresColumns columns, List<DeploymentState> states) => columns
        .Integer(states, static state => state.Stored!.Sequence)
        .Integer(states, static state => state.Stored!.Revision)
        .Text(states, static state => state.Row!.ConfigId)
        .Text(states, static state => state.Row!.Action)
        .Text(states, static state => state.Row!.Status)
        .Text(states, static state => state.Row!.StatusReason)
        // What is the same, and may be megabytes, is neither sent nor written again.
        .Flag(states, static state => HasNewInputs(state))
        .Json(states, static state => HasNewInputs(state) ? state.Row!.InputValues : null)
        .Flag(states, static state => HasNewOutputs(state))
        .Json(states, static state => HasNewOutputs(state) ? state.Row!.OutputValues : null)
        .Time(states, static state => state.Row!.UpdatedTime)
        .Integer(states, static state => state.Row!.Execution)
        .Flag(states, static state => state.Row!.ExecutionIsStale)
        .Integer(states, static state => state.Row!.Revision)
        .Time(states, static state => state.Row!.Deadline)
        .Integer(states, static state => (long)state.Row!.Lateness)
        .Time(states, static state => state.Row!.FetchedTime)
        .Flag(states, static state => state.Row!.ExecutionIsOnServer)
        .Time(states, static state => state.Row!.StartedTime)
        .Text(states, static state => state.Row!.StartedBy)
        .Time(states, static state => state.Row!.EndedTime)
        .Text(states, static state => state.Row!.RolloutId)
        .Flag(states, static state => state.Row!.OutputsAreStale)
        .Integer(states, static state => state.Row!.Timeout)
        .Count(states);

    private static void AddDeployment(PostgresColumns columns, List<SoftwareDeployment> rows) => columns
        .Text(rows, static row => row.ProjectId)
        .Text(rows, static row => row.Id)
        .Integer(rows, static row => row.Sequence)
        .Text(rows, static row => row.ServerId)
        .Text(rows, static row => row.ConfigId)
        .Text(rows, static row => row.Action)
        .Text(rows, static row => row.Status)
        .Text(rows, static row => row.StatusReason)
        .Json(rows, static row => row.InputValues)
        .Json(rows, static row => row.OutputValues)
        .Text(rows, static row => row.StackUserProjectId)
        .Time(rows, static row => row.CreationTime)
        .Time(rows, static row => row.UpdatedTime)
        .Integer(rows, static row => row.Execution)
        .Flag(rows, static row => row.ExecutionIsStale)
        .Integer(rows, static row => row.Revision)
        .Integer(rows, static row => row.Timeout)
        .Time(rows, static row => row.Deadline)
        .Integer(rows, static row => (long)row.Lateness)
        .Time(rows, static row => row.FetchedTime)
        .Flag(rows, static row => row.ExecutionIsOnServer)
        .Time(rows, static row => row.StartedTime)
        .Text(rows, static row => row.StartedBy)
        .Time(rows, static row => row.EndedTime)
        .Text(rows, static row => row.RolloutId)
        .Flag(rows, static row => row.OutputsAreStale);

    private static void AddSnapshot(PostgresColumns columns, List<ExecutionSnapshot> rows) => columns
        .Text(rows, static row => row.ProjectId)
        .Text(rows, static row => row.DeploymentId)
        .Text(rows, static row => row.ConfigId)
        .Text(rows, static row => row.Action)
        .Json(rows, static row => row.InputValues);

    private static void AddConfig(PostgresColumns columns, List<SoftwareConfig> rows) => columns
        .Text(rows, static row => row.ProjectId)
        .Text(rows, static row => row.Id)
        .Integer(rows, static row => row.Sequence)
        .Text(rows, static row => row.Name)
        .Text(rows, static row => row.Group)
        .Json(rows, static row => row.Config)
        .Json(rows, static row => row.Inputs)
        .Json(rows, static row => row.Outputs)
        .Json(rows, static row => row.Options)
        .Time(rows, static row => row.CreationTime);

    private static void AddOutcome(PostgresColumns columns, List<IdempotencyRecord> rows) => columns
        .Text(rows, static row => row.ProjectId)
        .Text(rows, static row => row.Operation)
        .Text(rows, static row => row.Key)
        .Bytes(rows, static row => row.BodyHash)
        .Text(rows, static row => row.ResourceId)
        .Time(rows, static row => row.CreationTime);

    private static void AddEvent(PostgresColumns columns, List<DeploymentEvent> rows) => columns
        .Integer(rows, static row => row.Sequence)
        .Text(rows, static row => row.ProjectId)
        .Text(rows, static row => row.Subject)
        .Integer(rows, static row => row.DeploymentNumber)
        .Text(rows, static row => row.DeploymentId)
        .Text(rows, static row => row.ServerId)
        .Time(rows, static row => row.Time)
        .Text(rows, static row => row.Kind)
        .Integer(rows, static row => row.Execution)
        .Text(rows, static row => row.StatusFrom)
        .Text(rows, static row => row.StatusTo)
        .Text(rows, static row => row.Reason)
        .Flag(rows, static row => row.Repeated)
        .Flag(rows, static row => row.IsReport)
        .Text(rows, static row => row.ActorName)
        .Text(rows, static row => row.ActorRole)
        .Text(rows, static row => row.RequestId);

    private static bool HasNewInputs(DeploymentState state) => !ReferenceEquals(state.Row!.InputValues, state.Stored!.InputValues);

    private static bool HasNewOutputs(DeploymentState state) => !ReferenceEquals(state.Row!.OutputValues, state.Stored!.OutputValues);
}
