using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>Hears in the log that people, or another process, have changed a webhook. What it is now, the rows say.</summary>
internal sealed class WebhookFollower : ILogFollower
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string ProjectId, string Id)> _changed = [];
    private long _position = -1;

    /// <inheritdoc />
    public string Name => "webhooks";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <summary>Is pulsed when a webhook has changed.</summary>
    public Signal News { get; } = new();

    /// <inheritdoc />
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        var isAny = false;
        foreach (ref readonly var committed in events)
        {
            if (committed.Event.Subject == EventSubject.Webhook)
            {
                lock (_lock)
                {
                    isAny |= _changed.Add((committed.Event.ProjectId, committed.Event.DeploymentId));
                }
            }

            Volatile.Write(ref _position, committed.Event.Sequence);
        }

        if (isAny)
        {
            News.Pulse();
        }
    }

    /// <summary>The webhooks that have changed since it was last asked.</summary>
    public IReadOnlyCollection<(string ProjectId, string Id)> Take()
    {
        lock (_lock)
        {
            var taken = _changed.ToList();
            _changed.Clear();
            return taken;
        }
    }
}
