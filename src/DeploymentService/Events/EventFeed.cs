namespace DeploymentService.Events;

/// <summary>Follows what happens to deployments. Called on the writer's thread, in order, before callers are answered: it must neither wait nor throw.</summary>
public interface IEventFollower
{
    /// <summary>Hears of something that is on the disk now.</summary>
    void Hear(in Happening happening);
}

/// <summary>Tells the followers, one after the other, what happened.</summary>
public sealed class EventFeed(IEnumerable<IEventFollower> followers)
{
    private readonly IEventFollower[] _followers = [.. followers];

    /// <summary>Tells them. Only the writer calls this.</summary>
    internal void Publish(in Happening happening)
    {
        foreach (var follower in _followers)
        {
            follower.Hear(happening);
        }
    }
}
