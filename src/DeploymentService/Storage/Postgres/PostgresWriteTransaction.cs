using DeploymentService.Storage.Model;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// The transaction of a batch. Rows are loaded for many changes at once, stay in memory while the changes decide, and are saved at once. One object serves all batches of a
/// connection.
/// </summary>
/// <param name="connection">The writer's connection.</param>
/// <param name="turn">Its turn.</param>
internal sealed class PostgresWriteTransaction(NpgsqlConnection connection, PostgresTurn turn) : IWriteTransaction, IDisposable
{
    private readonly RowKeys _keys = new();
    private readonly PostgresRows _rows = new();
    private readonly PostgresSave _save = new();
    private PostgresDeploymentDbContext? _model;
    private bool _usesModel;
    private int _loadedUpTo;

    /// <inheritdoc />
    public DateTime Now { get; private set; }

    /// <inheritdoc />
    public DeploymentDbContext Model
    {
        get
        {
            if (!_usesModel)
            {
                throw new InvalidOperationException($"A change that asks the model has to say so: {nameof(Change)}.{nameof(Change.UsesModel)}.");
            }

            Flush();
            return _model ??= PostgresContexts.On(connection);
        }
    }

    /// <summary>Begins a transaction as the only writer, with what the first changes require.</summary>
    /// <param name="batch">The changes.</param>
    /// <param name="clock">Gives the time.</param>
    /// <param name="patience">How long to wait for the lock of all writers; null for as long as the session does.</param>
    public void Begin(IReadOnlyList<Change> batch, WriterClock clock, TimeSpan? patience)
    {
        _rows.Forget();
        _save.Clear();
        RequireFrom(batch, 0);
        using var begin = new NpgsqlBatch(connection);
        turn.AddTo(begin, patience);
        PostgresRows.AddLoads(begin, _keys);
        using var reader = begin.ExecuteReader();
        Now = clock.Next(turn.Read(reader));
        _rows.Take(reader, _keys, isAtFirst: false);
    }

    /// <summary>Applies a change of the batch.</summary>
    public void Apply(IReadOnlyList<Change> batch, int number)
    {
        var change = batch[number];
        if (number >= _loadedUpTo)
        {
            // Behind one that used EF Core: whatever was in memory may be something else by now.
            Flush();
            _rows.Forget();
            RequireFrom(batch, number);
            _rows.Load(connection, _keys);
        }

        _keys.Clear();
        change.Require(_keys);
        _usesModel = change.UsesModel;
        try
        {
            change.Apply(this);
            if (_usesModel)
            {
                Flush();
            }
        }
        finally
        {
            if (_usesModel)
            {
                _model?.ChangeTracker.Clear();
                _usesModel = false;
            }
        }
    }

    /// <summary>What saves all that was decided and not saved yet, and commits.</summary>
    /// <param name="writerId">Who writes.</param>
    /// <param name="number">The number of the batch.</param>
    public NpgsqlBatch Committing(string writerId, long number)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        _save.AddTo(batch);
        batch.BatchCommands.Add(PostgresSave.Batch(new() { WriterId = writerId, Number = number, Time = Now }));
        batch.BatchCommands.Add(new("COMMIT"));
        return batch;
    }

    /// <summary>Nothing of it counts.</summary>
    public void Abandon()
    {
        turn.End();
        _save.Clear();
        _model?.ChangeTracker.Clear();
    }

    /// <inheritdoc />
    public SoftwareDeployment? Deployment(string projectId, string id)
    {
        Check(_keys.HasDeployment(projectId, id), "deployment");
        return State(projectId, id).Row;
    }

    /// <inheritdoc />
    public ConfigFacts? Config(string projectId, string id)
    {
        Check(_keys.HasConfig(projectId, id) || _keys.Deployments.Count > 0, "config");
        if (!_rows.TryConfig(projectId, id, out var facts))
        {
            LoadMore(keys => keys.Config(projectId, id));
            _rows.TryConfig(projectId, id, out facts);
        }

        return facts;
    }

    /// <inheritdoc />
    public ExecutionSnapshot? Snapshot(SoftwareDeployment deployment)
    {
        Check(_keys.HasDeployment(deployment.ProjectId, deployment.Id), "deployment");
        return State(deployment.ProjectId, deployment.Id).Snapshot;
    }

    /// <inheritdoc />
    public long UrlGeneration(SoftwareDeployment deployment)
    {
        Check(_keys.HasDeployment(deployment.ProjectId, deployment.Id), "deployment");
        return State(deployment.ProjectId, deployment.Id).UrlGeneration;
    }

    /// <inheritdoc />
    public IdempotencyRecord? Outcome(string projectId, string operation, string key)
    {
        Check(_keys.HasOutcome(projectId, operation, key), "idempotency key");
        if (!_rows.TryOutcome(projectId, operation, key, out var found))
        {
            LoadMore(keys => keys.Outcome(projectId, operation, key));
            _rows.TryOutcome(projectId, operation, key, out found);
        }

        return found;
    }

    /// <inheritdoc />
    public SoftwareDeployment Add(SoftwareDeployment row)
    {
        var added = row with { Sequence = ++turn.LastDeployment };
        _rows.Add(_save.Added(added));
        return added;
    }

    /// <inheritdoc />
    public void Save(SoftwareDeployment before, SoftwareDeployment after) => _save.Changed(StateOf(before), after);

    /// <inheritdoc />
    public void Delete(SoftwareDeployment row) => _save.Deleted(StateOf(row));

    /// <inheritdoc />
    public SoftwareConfig Add(SoftwareConfig row)
    {
        var added = row with { Sequence = ++turn.LastConfig };
        _save.Configs.Add(added);
        _rows.Add(added);
        return added;
    }

    /// <inheritdoc />
    public void Add(ExecutionSnapshot row) => _save.ChangedSnapshot(State(row.ProjectId, row.DeploymentId), row);

    /// <inheritdoc />
    public void Delete(ExecutionSnapshot row) => _save.ChangedSnapshot(State(row.ProjectId, row.DeploymentId), null);

    /// <inheritdoc />
    public void Add(DeploymentRun row) => _save.Runs.Keep(row);

    /// <inheritdoc />
    public void DeleteRuns(SoftwareDeployment deployment, int most) => _save.Runs.Forget(deployment.Sequence, most);

    /// <inheritdoc />
    public void Add(IdempotencyRecord row)
    {
        _save.Outcomes.Add(row);
        _rows.Add(row);
    }

    /// <inheritdoc />
    public DeploymentEvent Append(DeploymentEvent row)
    {
        var appended = row with { Sequence = ++turn.LastEvent };
        _save.Events.Add(appended);
        return appended;
    }

    /// <inheritdoc />
    public int Execute<T>(Statement<T> statement, IReadOnlyList<T> items)
    {
        if (items.Count == 0)
        {
            return 0;
        }

        Flush();
        using var batch = new NpgsqlBatch(connection);
        for (var next = 0; next < items.Count; next++)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            statement.Bind(new PostgresParameters(command.Parameters), items[next]);
            batch.BatchCommands.Add(command);
        }

        return batch.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose() => _model?.Dispose();

    /// <summary>Saves what was decided so far.</summary>
    private void Flush()
    {
        if (!_save.IsEmpty)
        {
            using var batch = new NpgsqlBatch(connection);
            _save.AddTo(batch);
            batch.ExecuteNonQuery();
            _save.Clear();
        }
    }

    /// <summary>Names what the changes from one on require, up to the first that uses EF Core, with which what is in memory ends.</summary>
    private void RequireFrom(IReadOnlyList<Change> batch, int first)
    {
        _keys.Clear();
        for (_loadedUpTo = first; _loadedUpTo < batch.Count;)
        {
            var change = batch[_loadedUpTo++];
            change.Require(_keys);
            if (change.UsesModel)
            {
                return;
            }
        }
    }

    private DeploymentState State(string projectId, string id)
    {
        if (_rows.Deployment(projectId, id) is { } known)
        {
            return known;
        }

        LoadMore(keys => keys.Deployment(projectId, id));
        return _rows.Deployment(projectId, id)!;
    }

    /// <summary>The state of a deployment that a change has seen.</summary>
    private DeploymentState StateOf(SoftwareDeployment seen)
    {
        var state = State(seen.ProjectId, seen.Id);
        return state.Row is { } present && present.Sequence == seen.Sequence && present.Revision == seen.Revision
            ? state
            : throw new InvalidOperationException($"Deployment {seen.Id} is no longer at revision {seen.Revision}, which a change of this batch has seen.");
    }

    /// <summary>For a change that uses EF Core, and finds only then what it needs.</summary>
    private void LoadMore(Action<RowKeys> require)
    {
        Flush();
        var keys = new RowKeys();
        require(keys);
        _rows.Load(connection, keys);
    }

    private void Check(bool isRequired, string what)
    {
        if (!isRequired && !_usesModel)
        {
            throw new InvalidOperationException($"A change asks for a {what} that it did not require: {nameof(Change)}.{nameof(Change.Require)}.");
        }
    }
}
