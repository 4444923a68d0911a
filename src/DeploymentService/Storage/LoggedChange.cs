using System.Runtime.InteropServices;
using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>A change that appends to the log what happened, in the same transaction. After COMMIT the log is told, for its followers.</summary>
/// <param name="log">Is told of what it appended.</param>
public abstract class LoggedChange<TResult>(EventLog log) : Change<TResult>
{
    private readonly List<CommittedEvent> _committed = new(1);

    /// <inheritdoc />
    internal sealed override void AfterCommit()
    {
        if (_committed.Count > 0)
        {
            log.Offer(CollectionsMarshal.AsSpan(_committed));
        }

        OnCommitted();
    }

    /// <inheritdoc />
    protected sealed override TResult Execute(IWriteTransaction rows)
    {
        // A change may be made again after a rollback.
        _committed.Clear();
        return Run(rows);
    }

    /// <summary>Decides. As <see cref="Change{TResult}.Execute"/>.</summary>
    protected abstract TResult Run(IWriteTransaction rows);

    /// <summary>Tells others than the followers what is on the disk now, after the followers were told. As <see cref="Change.AfterCommit"/>.</summary>
    protected virtual void OnCommitted()
    {
    }

    /// <summary>Appends an event.</summary>
    /// <param name="rows">The transaction.</param>
    /// <param name="evt">The event; its <see cref="DeploymentEvent.Sequence"/> does not count.</param>
    /// <param name="token">The token as it is now, for an event about one; null where it is gone.</param>
    protected void Append(IWriteTransaction rows, DeploymentEvent evt, AccessToken? token = null) =>
        Append(new CommittedEvent(rows.Append(evt), null) { Token = token });

    /// <summary>Tells the log after COMMIT of an event that was appended.</summary>
    protected void Append(in CommittedEvent committed) => _committed.Add(committed);
}
