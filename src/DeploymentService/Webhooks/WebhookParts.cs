using System.Collections.Concurrent;
using DeploymentService.Storage;

namespace DeploymentService.Webhooks;

/// <summary>What all that deliver have in common.</summary>
internal sealed class WebhookParts(
    IDatabaseReader reader, GroupCommitWriter writer, WebhookMessages messages, WebhookSender sender, TimeProvider time, ILogger<WebhookParts> logger) : IDisposable
{
    private const int MostSending = 64;
    private const int MostSendingOfProject = 16;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _slotsOfProjects = new();

    /// <summary>Reads rows.</summary>
    public IDatabaseReader Reader => reader;

    /// <summary>Writes rows.</summary>
    public GroupCommitWriter Writer => writer;

    /// <summary>Makes messages.</summary>
    public WebhookMessages Messages => messages;

    /// <summary>Sends them.</summary>
    public WebhookSender Sender => sender;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The log of the service.</summary>
    public ILogger Logger => logger;

    /// <summary>How much is sent at once, to all receivers together.</summary>
    public SemaphoreSlim Slots { get; } = new(MostSending);

    /// <summary>How much is sent at once to the receivers of a project: those of one that do not answer leave room for the others'.</summary>
    public SemaphoreSlim SlotsOf(string projectId) => _slotsOfProjects.GetOrAdd(projectId, static _ => new(MostSendingOfProject));

    /// <inheritdoc />
    public void Dispose()
    {
        Slots.Dispose();
        foreach (var slots in _slotsOfProjects.Values)
        {
            slots.Dispose();
        }
    }
}
