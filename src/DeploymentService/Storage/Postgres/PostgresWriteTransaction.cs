using DeploymentService.Storage.Model;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>
/// The transaction of a batch. Rows are loaded for many changes at once, stay in memory while the changes decide, and are saved at once. One object serves all batches of a
/// connection.
/// </summary>
internal sealed class PostgresWriteTransaction(NpgsqlConnection connection) : IWriteTransaction, IDisposable
{
    private readonly RowKeys _keys = new();
    private readonly Dictionary<(string ProjectId, string Id), DeploymentState> _deployments = [];
    private readonly Dictionary<(string ProjectId, string Id), ConfigFacts?> _configs = [];
    private readonly Dictionary<(string ProjectId, string Operation, string Key), IdempotencyRecord?> _outcomes = [];
    private readonly PostgresSave _save = new();
    private PostgresDeploymentDbContext? _model;
    private bool _usesModel;
    private int _loadedUpTo;
    private long _lastEvent;
    private long _lastDeployment;
    private long _lastConfig;

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
    public void Begin(IReadOnlyList<Change> batch, WriterClock clock)
    {
        Forget();
        _save.Clear();
        using var begin = new NpgsqlBatch(connection);
        begin.BatchCommands.Add(new("BEGIN"));
        begin.BatchCommands.Add(new(PostgresLoad.LockSql));
        begin.BatchCommands.Add(new(PostgresLoad.LastSql));
        RequireFrom(batch, 0);
        AddLoads(begin);
        using var reader = begin.ExecuteReader();
        reader.NextResult();
        reader.Read();
        var row = new PostgresRow(reader);
        (_lastEvent, _lastDeployment, _lastConfig) = (row.Integer(0), row.Integer(2), row.Integer(3));
        Now = clock.Next(row.TimeOrNull(1));
        ReadLoads(reader, row, isBehindAnother: true);
    }

    /// <summary>Applies a change of the batch.</summary>
    public void Apply(IReadOnlyList<Change> batch, int number)
    {
        var change = batch[number];
        if (number >= _loadedUpTo)
        {
            // Behind one that used EF Core: whatever was in memory may be something else by now.
            Flush();
            Forget();
            RequireFrom(batch, number);
            Load();
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
        if (!_configs.TryGetValue((projectId, id), out var facts))
        {
            LoadMore(keys => keys.Config(projectId, id));
            facts = _configs[(projectId, id)];
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
        if (!_outcomes.TryGetValue((projectId, operation, key), out var found))
        {
            LoadMore(keys => keys.Outcome(projectId, operation, key));
            found = _outcomes[(projectId, operation, key)];
        }

        return found;
    }

    /// <inheritdoc />
    public SoftwareDeployment Add(SoftwareDeployment row)
    {
        var added = row with { Sequence = ++_lastDeployment };
        _deployments[(added.ProjectId, added.Id)] = _save.Added(added);
        return added;
    }

    /// <inheritdoc />
    public void Save(SoftwareDeployment before, SoftwareDeployment after)
    {
        var state = State(before.ProjectId, before.Id);
        if (state.Row is not { } present || present.Sequence != before.Sequence || present.Revision != before.Revision)
        {
            throw Moved(before);
        }

        _save.Changed(state, after);
    }

    /// <inheritdoc />
    public void Delete(SoftwareDeployment row)
    {
        var state = State(row.ProjectId, row.Id);
        if (state.Row is not { } present || present.Sequence != row.Sequence || present.Revision != row.Revision)
        {
            throw Moved(row);
        }

        _save.Deleted(state);
    }

    /// <inheritdoc />
    public SoftwareConfig Add(SoftwareConfig row)
    {
        var added = row with { Sequence = ++_lastConfig };
        _save.Configs.Add(added);
        _configs[(added.ProjectId, added.Id)] = new(added.Name, added.Group);
        return added;
    }

    /// <inheritdoc />
    public void Add(ExecutionSnapshot row) => _save.ChangedSnapshot(State(row.ProjectId, row.DeploymentId), row);

    /// <inheritdoc />
    public void Delete(ExecutionSnapshot row) => _save.ChangedSnapshot(State(row.ProjectId, row.DeploymentId), null);

    /// <inheritdoc />
    public void Add(IdempotencyRecord row)
    {
        _save.Outcomes.Add(row);
        _outcomes[(row.ProjectId, row.Operation, row.Key)] = row;
    }

    /// <inheritdoc />
    public DeploymentEvent Append(DeploymentEvent row)
    {
        var appended = row with { Sequence = ++_lastEvent };
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
        if (_save.IsEmpty)
        {
            return;
        }

        using var batch = new NpgsqlBatch(connection);
        _save.AddTo(batch);
        batch.ExecuteNonQuery();
        _save.Clear();
    }

    private void Forget()
    {
        _deployments.Clear();
        _configs.Clear();
        _outcomes.Clear();
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
        if (!_deployments.TryGetValue((projectId, id), out var state))
        {
            LoadMore(keys => keys.Deployment(projectId, id));
            state = _deployments[(projectId, id)];
        }

        return state;
    }

    /// <summary>For a change that uses EF Core, and finds only then what it needs.</summary>
    private void LoadMore(Action<RowKeys> require)
    {
        Flush();
        var keys = new RowKeys();
        require(keys);
        Load(keys);
    }

    private void Load() => Load(_keys);

    private void Load(RowKeys keys)
    {
        using var batch = new NpgsqlBatch(connection);
        AddLoads(batch, keys);
        if (batch.BatchCommands.Count > 0)
        {
            using var reader = batch.ExecuteReader();
            ReadLoads(reader, new PostgresRow(reader), keys, isBehindAnother: false);
        }
    }

    private void AddLoads(NpgsqlBatch batch) => AddLoads(batch, _keys);

    private void AddLoads(NpgsqlBatch batch, RowKeys keys)
    {
        // Known as missing unless they are found.
        foreach (var key in keys.Deployments)
        {
            _deployments.TryAdd(key, new DeploymentState());
        }

        foreach (var key in keys.Configs)
        {
            _configs.TryAdd(key, null);
        }

        foreach (var key in keys.Outcomes)
        {
            _outcomes.TryAdd(key, null);
        }

        if (keys.Deployments.Count > 0)
        {
            batch.BatchCommands.Add(PostgresLoad.Deployments(Distinct(keys.Deployments)));
        }

        if (keys.Configs.Count > 0)
        {
            batch.BatchCommands.Add(PostgresLoad.Configs(Distinct(keys.Configs)));
        }

        if (keys.Outcomes.Count > 0)
        {
            batch.BatchCommands.Add(PostgresLoad.Outcomes(Distinct(keys.Outcomes)));
        }
    }

    private void ReadLoads(NpgsqlDataReader reader, PostgresRow row, bool isBehindAnother) => ReadLoads(reader, row, _keys, isBehindAnother);

    private void ReadLoads(NpgsqlDataReader reader, PostgresRow row, RowKeys keys, bool isBehindAnother)
    {
        var isNext = isBehindAnother;
        if (keys.Deployments.Count > 0)
        {
            Next();
            while (reader.Read())
            {
                Take(PostgresLoad.ReadDeployment(row));
            }
        }

        if (keys.Configs.Count > 0)
        {
            Next();
            while (reader.Read())
            {
                _configs[(row.Text(0), row.Text(1))] = new(row.TextOrNull(2), row.TextOrNull(3));
            }
        }

        if (keys.Outcomes.Count > 0)
        {
            Next();
            while (reader.Read())
            {
                var outcome = PostgresLoad.ReadOutcome(row);
                _outcomes[(outcome.ProjectId, outcome.Operation, outcome.Key)] = outcome;
            }
        }

        void Next()
        {
            if (isNext)
            {
                reader.NextResult();
            }

            isNext = true;
        }
    }

    private void Take(LoadedDeployment loaded)
    {
        var row = loaded.Row;
        _deployments[(row.ProjectId, row.Id)] = new() { Stored = row, Row = row, Snapshot = loaded.Snapshot, UrlGeneration = loaded.UrlGeneration };
        _configs[(row.ProjectId, row.ConfigId)] = loaded.Config;
        if (loaded is { Snapshot: { } snapshot, SnapshotConfig: { } facts })
        {
            _configs[(row.ProjectId, snapshot.ConfigId)] = facts;
        }
    }

    private void Check(bool isRequired, string what)
    {
        if (!isRequired && !_usesModel)
        {
            throw new InvalidOperationException($"A change asks for a {what} that it did not require: {nameof(Change)}.{nameof(Change.Require)}.");
        }
    }

    private static IReadOnlyCollection<T> Distinct<T>(IReadOnlyCollection<T> keys) => keys.Count == 1 ? keys : [.. keys.Distinct()];

    private static InvalidOperationException Moved(SoftwareDeployment row) =>
        new($"Deployment {row.Id} is no longer at revision {row.Revision}, which a change of this batch has seen.");
}
