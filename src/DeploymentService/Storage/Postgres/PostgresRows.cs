using DeploymentService.Storage.Model;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>The rows that the changes of a batch have required, as they are in the middle of it. What was looked for and is not there is known, too.</summary>
internal sealed class PostgresRows
{
    private readonly Dictionary<(string ProjectId, string Id), DeploymentState> _deployments = [];
    private readonly Dictionary<(string ProjectId, string Id), ConfigFacts?> _configs = [];
    private readonly Dictionary<(string ProjectId, string Operation, string Key), IdempotencyRecord?> _outcomes = [];

    /// <summary>The deployment of a key; null when it was not looked for.</summary>
    public DeploymentState? Deployment(string projectId, string id) => _deployments.GetValueOrDefault((projectId, id));

    /// <summary>What is known of a config. False when it was not looked for.</summary>
    public bool TryConfig(string projectId, string id, out ConfigFacts? facts) => _configs.TryGetValue((projectId, id), out facts);

    /// <summary>What a request came to. False when it was not looked for.</summary>
    public bool TryOutcome(string projectId, string operation, string key, out IdempotencyRecord? outcome) =>
        _outcomes.TryGetValue((projectId, operation, key), out outcome);

    /// <summary>A deployment is new.</summary>
    public void Add(DeploymentState state) => _deployments[(state.Row!.ProjectId, state.Row.Id)] = state;

    /// <summary>A config is new.</summary>
    public void Add(SoftwareConfig row) => _configs[(row.ProjectId, row.Id)] = new(row.Name, row.Group);

    /// <summary>A request has come to something.</summary>
    public void Add(IdempotencyRecord row) => _outcomes[(row.ProjectId, row.Operation, row.Key)] = row;

    /// <summary>What is known may be something else by now.</summary>
    public void Forget()
    {
        _deployments.Clear();
        _configs.Clear();
        _outcomes.Clear();
    }

    /// <summary>Adds the statements that load rows, one a kind.</summary>
    public static void AddLoads(NpgsqlBatch batch, RowKeys keys)
    {
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

    /// <summary>Loads rows.</summary>
    public void Load(NpgsqlConnection connection, RowKeys keys)
    {
        using var batch = new NpgsqlBatch(connection);
        AddLoads(batch, keys);
        if (batch.BatchCommands.Count > 0)
        {
            using var reader = batch.ExecuteReader();
            Take(reader, keys, isAtFirst: true);
        }
    }

    /// <summary>Takes what these statements answer. The reader is at the answer in front of theirs, or at the first of theirs.</summary>
    public void Take(NpgsqlDataReader reader, RowKeys keys, bool isAtFirst)
    {
        NoteMissing(keys);
        var row = new PostgresRow(reader);
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
                Add(PostgresLoad.ReadOutcome(row));
            }
        }

        void Next()
        {
            if (!isAtFirst)
            {
                reader.NextResult();
            }

            isAtFirst = false;
        }
    }

    private void NoteMissing(RowKeys keys)
    {
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
    }

    private void Take(LoadedDeployment loaded)
    {
        var row = loaded.Row;
        Add(new DeploymentState { Stored = row, Row = row, Snapshot = loaded.Snapshot, UrlGeneration = loaded.UrlGeneration });
        _configs[(row.ProjectId, row.ConfigId)] = loaded.Config;
        if (loaded is { Snapshot: { } snapshot, SnapshotConfig: { } facts })
        {
            _configs[(row.ProjectId, snapshot.ConfigId)] = facts;
        }
    }

    private static IReadOnlyCollection<T> Distinct<T>(IReadOnlyCollection<T> keys) => keys.Count == 1 ? keys : [.. keys.Distinct()];
}
