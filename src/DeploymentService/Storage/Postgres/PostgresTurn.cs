using Npgsql;

namespace DeploymentService.Storage.Postgres;

/// <summary>This writer's turn: it has the lock of all writers, and knows which numbers come next.</summary>
/// <param name="connection">The writer's connection.</param>
internal sealed class PostgresTurn(NpgsqlConnection connection)
{
    // True when the transaction has begun before it was known what it is for.
    private bool _hasBegun;

    // Whether the answer of the lock comes first.
    private bool _isAsked;

    /// <summary>True when somebody else wrote between the last two turns.</summary>
    public bool IsContended { get; private set; }

    /// <summary>The number of the last event.</summary>
    public long LastEvent { get; set; }

    /// <summary>The highest number that a deployment or a history has.</summary>
    public long LastDeployment { get; set; }

    /// <summary>The highest number of a config.</summary>
    public long LastConfig { get; set; }

    /// <summary>Begins a transaction with the lock.</summary>
    /// <exception cref="NpgsqlException">It cannot be had.</exception>
    public void Begin()
    {
        using var begin = new NpgsqlBatch(connection);
        AddLock(begin, patience: null);
        begin.ExecuteNonQuery();
        _hasBegun = true;
    }

    /// <summary>Adds what begins the transaction, unless it has begun, and asks for the numbers.</summary>
    /// <param name="batch">The first of its round trips.</param>
    /// <param name="patience">How long to wait for the lock; null for as long as the session does.</param>
    public void AddTo(NpgsqlBatch batch, TimeSpan? patience)
    {
        _isAsked = !_hasBegun;
        _hasBegun = false;
        if (_isAsked)
        {
            AddLock(batch, patience);
        }

        batch.BatchCommands.Add(new(PostgresLoad.LastSql));
    }

    /// <summary>Takes the answer to <see cref="AddTo"/>.</summary>
    /// <returns>The time of the last event; null when there is none.</returns>
    public DateTime? Read(NpgsqlDataReader reader)
    {
        if (_isAsked)
        {
            reader.NextResult();
        }

        reader.Read();
        var last = new PostgresRow(reader);
        IsContended = last.Integer(0) != LastEvent;
        (LastEvent, LastDeployment, LastConfig) = (last.Integer(0), last.Integer(2), last.Integer(3));
        return last.TimeOrNull(1);
    }

    /// <summary>The transaction has ended.</summary>
    public void End() => _hasBegun = false;

    private static void AddLock(NpgsqlBatch batch, TimeSpan? patience)
    {
        batch.BatchCommands.Add(new("BEGIN"));
        if (patience is { } limit)
        {
            batch.BatchCommands.Add(new($"SET LOCAL lock_timeout = {PostgresDatabase.Milliseconds(limit)}"));
        }

        batch.BatchCommands.Add(new(PostgresLoad.LockSql));
    }
}
