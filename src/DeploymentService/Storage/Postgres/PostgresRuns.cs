using DeploymentService.Storage.Model;
using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>The runs that a batch has decided to keep or to forget and has not saved yet, and the statements for that. Most batches have none.</summary>
internal sealed class PostgresRuns
{
    private const string InsertSql = $"""
        INSERT INTO deployment_runs ({RunColumns.All}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """;

    private const string DeleteSql = """
        DELETE FROM deployment_runs AS r USING unnest($1, $2) AS v (deployment_number, most) WHERE r.deployment_number = v.deployment_number
        AND r.number <= (SELECT s.number FROM deployment_runs AS s WHERE s.deployment_number = v.deployment_number ORDER BY s.number DESC LIMIT 1 OFFSET v.most)
        """;

    private readonly List<DeploymentRun> _kept = [];
    private readonly List<(long DeploymentNumber, long Most)> _forgotten = [];

    /// <summary>True when there is nothing to save.</summary>
    public bool IsEmpty => _kept.Count + _forgotten.Count == 0;

    /// <summary>Keeps a run.</summary>
    public void Keep(DeploymentRun run) => _kept.Add(run);

    /// <summary>Forgets the runs of a deployment but the latest.</summary>
    public void Forget(long deploymentNumber, int most) => _forgotten.Add((deploymentNumber, most));

    /// <summary>Adds the statements: what the batch itself has added may be forgotten by it.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        PostgresSave.Add(batch, InsertSql, _kept, static (columns, rows) => columns
            .Integer(rows, static row => row.DeploymentNumber)
            .Integer(rows, static row => row.Number)
            .Text(rows, static row => row.ProjectId)
            .Text(rows, static row => row.ConfigId)
            .Text(rows, static row => row.Action)
            .Json(rows, static row => row.InputValues)
            .Time(rows, static row => row.StartedTime)
            .Text(rows, static row => row.StartedBy)
            .Time(rows, static row => row.FetchedTime)
            .Time(rows, static row => row.EndedTime)
            .Text(rows, static row => row.Status)
            .Text(rows, static row => row.StatusReason)
            .Json(rows, static row => row.OutputValues)
            .Text(rows, static row => row.RolloutId));
        PostgresSave.Add(batch, DeleteSql, _forgotten, static (columns, runs) => columns
            .Integer(runs, static run => run.DeploymentNumber).Integer(runs, static run => run.Most));
    }

    /// <summary>All is saved, or nothing is to be.</summary>
    public void Clear()
    {
        _kept.Clear();
        _forgotten.Clear();
    }
}
