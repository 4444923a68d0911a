using System.Diagnostics;
using DeploymentService.Hosting;

namespace DeploymentService.Storage;

/// <summary>
/// One change on its way through the <see cref="GroupCommitWriter"/>: what to decide inside the transaction, and who waits for it. It carries every id that it needs;
/// the time is the transaction's. So there is no clock, no randomness and no environment in a transaction, and a change that is
/// replayed after a failed batch does the same again.
/// </summary>
public abstract class Change
{
    /// <summary>When it was queued, as <see cref="Stopwatch.GetTimestamp"/> tells it.</summary>
    internal long Queued { get; private set; }

    /// <summary>The span of the request that it came with; null where nobody traces.</summary>
    internal Activity? Request { get; private set; }

    /// <summary>About how many bytes it writes, where that may be many: a batch is bounded by them too.</summary>
    public virtual int Size => 0;

    /// <summary>How long it is taken while the disk gets full.</summary>
    public virtual SpaceNeed Need => SpaceNeed.Usual;

    /// <summary>True when it asks EF Core (<see cref="IWriteTransaction.Model"/>). An engine saves first what was decided before it, so that queries find it.</summary>
    internal virtual bool UsesModel => false;

    /// <summary>Remembers when it was queued, and by which request.</summary>
    internal void MarkQueued()
    {
        Queued = Stopwatch.GetTimestamp();
        Request = ServiceTelemetry.Source.HasListeners() ? Activity.Current : null;
    }

    /// <summary>Names the rows that it will ask for.</summary>
    internal virtual void Require(RowKeys keys)
    {
    }

    /// <summary>Does it. On the writer's thread, inside the transaction; may be called again after a rollback.</summary>
    internal abstract void Apply(IWriteTransaction rows);

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
    internal sealed override void Apply(IWriteTransaction rows) => _result = Execute(rows);

    /// <inheritdoc />
    internal sealed override void Complete() => _completion.TrySetResult(_result!);

    /// <inheritdoc />
    internal sealed override void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>Decides. What it expects to go wrong is a result, not an exception: an exception costs the whole batch a replay.</summary>
    protected abstract TResult Execute(IWriteTransaction rows);
}
