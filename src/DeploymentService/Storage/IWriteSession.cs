namespace DeploymentService.Storage;

/// <summary>An engine's one session for writing. The writer's thread owns it and calls it, blocking; nobody else does.</summary>
public interface IWriteSession : IDisposable
{
    /// <summary>
    /// Waits until nobody else writes, where somebody does: before the changes of a batch are taken, so that what is queued meanwhile is one of them. That it was in vain, the batch
    /// is told.
    /// </summary>
    void AwaitTurn();

    /// <summary>Applies changes in one transaction and commits it.</summary>
    /// <param name="batch">The changes, in their order.</param>
    /// <param name="clock">Gives the time of the batch, once it is known what was before it.</param>
    /// <param name="patience">How long it may wait for whoever else holds the database.</param>
    /// <returns>What became of them.</returns>
    CommitResult Commit(IReadOnlyList<Change> batch, WriterClock clock, TimeSpan patience);

    /// <summary>What the engine does between two batches, after the callers of the last one were answered.</summary>
    void Tidy();

    /// <summary>The number of the last event in the log; 0 when there is none.</summary>
    long LastEvent();

    /// <summary>The time of the last event in the log; null when there is none.</summary>
    DateTime? LastTime();

    /// <summary>Leaves the database as a copy of it should find it. Before <see cref="IDisposable.Dispose"/>, at an orderly end.</summary>
    void Close();
}

/// <summary>What became of a transaction.</summary>
/// <param name="Exception">Why nothing of it is stored; null when all of it is.</param>
/// <param name="HasBegun">False when the transaction did not even begin, so that none of its changes is to blame.</param>
public readonly record struct CommitResult(Exception? Exception, bool HasBegun);

/// <summary>Opens an engine's session for writing.</summary>
public interface IWriteEngine
{
    /// <summary>True when other processes may write to the database, too: then memory alone never says what is in it.</summary>
    bool IsShared { get; }

    /// <summary>How long a change may wait for whoever else holds the database, from when it was queued.</summary>
    TimeSpan Patience { get; }

    /// <summary>Refuses a change that there is too little room for.</summary>
    /// <exception cref="WriterBusyException">It is not taken now.</exception>
    void Admit(SpaceNeed need)
    {
    }

    /// <summary>
    /// Makes EF Core ready for changes that use it (<see cref="Change.UsesModel"/>), once. Its first use compiles for a good part of a second, and the writer's
    /// thread would stand still meanwhile; so whoever brings such a change waits for this before it is queued.
    /// </summary>
    Task PrepareModelAsync();

    /// <summary>Opens the session.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be opened.</exception>
    IWriteSession Open();
}
