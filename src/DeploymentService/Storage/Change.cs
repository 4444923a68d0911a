using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Storage;

/// <summary>
/// One change on its way through the <see cref="GroupCommitWriter"/>: what to do inside the transaction, and who waits for it.
/// It carries every id and every time that it needs: inside a transaction there is no clock, no randomness and no environment, so that a
/// change that is replayed after a failed batch does the same again.
/// </summary>
public abstract class Change
{
    /// <summary>Does it. On the writer's thread, inside the transaction; may be called again after a rollback.</summary>
    internal abstract void Apply(SqliteSession session);

    /// <summary>
    /// Tells those who follow changes what is on the disk now. On the writer's thread, in the order of the changes, after COMMIT and before any
    /// caller of the batch is answered. It must neither wait nor throw.
    /// </summary>
    internal virtual void AfterCommit()
    {
    }

    /// <summary>Answers the caller. Only after COMMIT.</summary>
    internal abstract void Complete();

    /// <summary>Tells the caller that nothing of the change was stored.</summary>
    internal abstract void Fail(Exception exception);
}

/// <summary>A change that answers something.</summary>
public abstract class Change<TResult> : Change
{
    // Continuations run where Complete is called: on a pool thread that answers a chunk of callers one after the other.
    private readonly TaskCompletionSource<TResult> _completion = new();
    private TResult? _result;

    /// <summary>What the change came to, once it is on the disk.</summary>
    internal Task<TResult> Completion => _completion.Task;

    /// <inheritdoc />
    internal sealed override void Apply(SqliteSession session) => _result = Execute(session);

    /// <inheritdoc />
    internal sealed override void Complete() => _completion.TrySetResult(_result!);

    /// <inheritdoc />
    internal sealed override void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>The statements of the change. What it expects to go wrong is a result, not an exception: an exception costs the whole batch a replay.</summary>
    protected abstract TResult Execute(SqliteSession session);
}
