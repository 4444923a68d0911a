namespace DeploymentService.Events;

/// <summary>Follows what happens to deployments. Called on the writer's thread, in order, before callers are answered: it must neither wait nor throw.</summary>
public interface ICommitSubscriber
{
    /// <summary>Hears of something that is on the disk now.</summary>
    void OnCommitted(in CommittedEvent committed);
}

/// <summary>Tells the followers, one after the other, what happened.</summary>
public sealed class CommitPublisher(IEnumerable<ICommitSubscriber> followers)
{
    private readonly ICommitSubscriber[] _followers = [.. followers];

    /// <summary>Tells them. Only the writer calls this.</summary>
    internal void Publish(in CommittedEvent committed)
    {
        foreach (var follower in _followers)
        {
            follower.OnCommitted(committed);
        }
    }
}
