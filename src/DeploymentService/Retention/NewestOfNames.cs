namespace DeploymentService.Retention;

/// <summary>
/// The newest deployments of each server and config name, as deployments are met from the newest to the oldest. Names are kept as 64 bits, some fifty bytes each in all: that two are taken
/// for one is next to impossible, and the change that removes compares them.
/// </summary>
internal sealed class NewestOfNames
{
    private readonly Dictionary<(int, int), Newest> _names = [];

    /// <summary>Meets the next one. The number of one that was created and begun later, and is in the agent's document if this one is; null for none.</summary>
    public long? FollowerOf(KnownDeployment next)
    {
        var name = (HashCode.Combine(next.ProjectId, next.ServerId), HashCode.Combine(next.Name, next.ServerId, next.ProjectId));
        var met = _names.GetValueOrDefault(name);
        var (number, begun) = next.IsOnServer ? met.OnServer : met.Any;
        if (number > 0 && begun >= next.StartedTime)
        {
            return number;
        }

        // Of those that were met it is the one that was begun last, so that nothing ever follows what is kept here.
        _names[name] = new(
            next.StartedTime > met.Any.Begun ? (next.Number, next.StartedTime) : met.Any,
            next.IsOnServer ? (next.Number, next.StartedTime) : met.OnServer);
        return null;
    }

    private readonly record struct Newest((long Number, DateTime Begun) Any, (long Number, DateTime Begun) OnServer);
}
