using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Sqlite;

/// <summary>The transaction of a batch: row by row, on the writer's session. One object serves all batches.</summary>
internal sealed class SqliteWriteTransaction(SqliteSession session) : IWriteTransaction, IDisposable
{
    private readonly RowKeys _keys = new();
    private SqliteDeploymentDbContext? _model;
    private bool _usesModel;

    // The last numbers, once they were asked for in this batch.
    private long? _lastDeployment;
    private long? _lastConfig;

    /// <inheritdoc />
    public DateTime Now { get; private set; }

    /// <summary>The session, for the changes that still speak SQLite.</summary>
    internal SqliteSession Session => session;

    /// <inheritdoc />
    public DeploymentDbContext Model => _usesModel
        // One context for all changes: each new one would register EF Core's functions on the connection again, after which every prepared statement is compiled anew.
        ? _model ??= SqliteContexts.On(session.Connection)
        : throw new InvalidOperationException($"A change that asks the model has to say so: {nameof(Change)}.{nameof(Change.UsesModel)}.");

    /// <summary>A batch begins.</summary>
    public void Begin(DateTime now)
    {
        Now = now;
        _lastDeployment = _lastConfig = null;
    }

    /// <summary>Applies a change.</summary>
    public void Apply(Change change)
    {
        _keys.Clear();
        change.Require(_keys);
        _usesModel = change.UsesModel;
        try
        {
            change.Apply(this);
        }
        finally
        {
            // What is tracked would outlive a rollback.
            if (_usesModel)
            {
                _model?.ChangeTracker.Clear();
            }
        }
    }

    /// <inheritdoc />
    public SoftwareDeployment? Deployment(string projectId, string id)
    {
        Check(_keys.HasDeployment(projectId, id), "deployment");
        return SqliteDeploymentRows.Find(session, projectId, id);
    }

    /// <inheritdoc />
    // Those of a required deployment come with it, and which these are only its row tells.
    public ConfigFacts? Config(string projectId, string id)
    {
        Check(_keys.HasConfig(projectId, id) || _keys.Deployments.Count > 0, "config");
        return SqliteConfigRows.Facts(session, projectId, id);
    }

    /// <inheritdoc />
    public ExecutionSnapshot? Snapshot(SoftwareDeployment deployment)
    {
        Check(_keys.HasDeployment(deployment.ProjectId, deployment.Id), "deployment");
        return SqliteExecutionRows.Snapshot(session, deployment);
    }

    /// <inheritdoc />
    public long UrlGeneration(SoftwareDeployment deployment)
    {
        Check(_keys.HasDeployment(deployment.ProjectId, deployment.Id), "deployment");
        return SqliteExecutionRows.Generation(session, deployment.ProjectId, deployment.ServerId);
    }

    /// <inheritdoc />
    public IdempotencyRecord? Outcome(string projectId, string operation, string key)
    {
        Check(_keys.HasOutcome(projectId, operation, key), "idempotency key");
        return SqliteIdempotencyRows.Find(session, projectId, operation, key);
    }

    /// <inheritdoc />
    public SoftwareDeployment Add(SoftwareDeployment row)
    {
        var last = _lastDeployment ?? SqliteDeploymentRows.LastNumber(session);
        var added = row with { Sequence = last + 1 };
        SqliteDeploymentRows.Insert(session, added);
        _lastDeployment = added.Sequence;
        return added;
    }

    /// <inheritdoc />
    public void Save(SoftwareDeployment before, SoftwareDeployment after)
    {
        if (!SqliteDeploymentRows.Update(session, before, after))
        {
            throw Moved(before);
        }
    }

    /// <inheritdoc />
    public void Delete(SoftwareDeployment row)
    {
        if (!SqliteDeploymentRows.Delete(session, row))
        {
            throw Moved(row);
        }

        SqliteRunRows.Delete(session, row.Sequence, most: 0);
    }

    /// <inheritdoc />
    public SoftwareConfig Add(SoftwareConfig row)
    {
        var last = _lastConfig ?? SqliteConfigRows.LastNumber(session);
        var added = row with { Sequence = last + 1 };
        SqliteConfigRows.Insert(session, added);
        _lastConfig = added.Sequence;
        return added;
    }

    /// <inheritdoc />
    public void Add(ExecutionSnapshot row) => SqliteExecutionRows.Insert(session, row);

    /// <inheritdoc />
    public void Delete(ExecutionSnapshot row) => SqliteExecutionRows.Delete(session, row);

    /// <inheritdoc />
    public void Add(DeploymentRun row) => SqliteRunRows.Insert(session, row);

    /// <inheritdoc />
    public void DeleteRuns(SoftwareDeployment deployment, int most) => SqliteRunRows.Delete(session, deployment.Sequence, most);

    /// <inheritdoc />
    public void Add(IdempotencyRecord row) => SqliteIdempotencyRows.Insert(session, row);

    /// <inheritdoc />
    public DeploymentEvent Append(DeploymentEvent row)
    {
        return row with { Sequence = SqliteEventRows.Append(session, row) };
    }

    /// <inheritdoc />
    public int Execute<T>(Statement<T> statement, IReadOnlyList<T> items)
    {
        var prepared = session.Prepare(statement.Sql);
        var changed = 0;
        for (var next = 0; next < items.Count; next++)
        {
            statement.Bind(prepared.Parameters(), items[next]);
            changed += prepared.Execute();
        }

        return changed;
    }

    /// <inheritdoc />
    public void Dispose() => _model?.Dispose();

    private void Check(bool isRequired, string what)
    {
        if (!isRequired && !_usesModel)
        {
            throw new InvalidOperationException($"A change asks for a {what} that it did not require: {nameof(Change)}.{nameof(Change.Require)}.");
        }
    }

    private static InvalidOperationException Moved(SoftwareDeployment row) =>
        new($"Deployment {row.Id} is no longer at revision {row.Revision}, which a change of this batch has seen.");
}
