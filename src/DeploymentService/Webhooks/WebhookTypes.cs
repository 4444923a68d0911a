using DeploymentService.Storage.Model;

namespace DeploymentService.Webhooks;

/// <summary>What a webhook can tell of: a word for what it is about, a dot, and what happened, as the log says it.</summary>
public static class WebhookTypes
{
    /// <summary>Events are missing, because they were purged before they could be delivered.</summary>
    internal const string Gap = "webhook.gap";

    /// <summary>Somebody wants to see whether deliveries arrive.</summary>
    internal const string Ping = "webhook.ping";

    private const string OfDeployments = "deployment.";
    private const string Complete = OfDeployments + "complete";
    private const string Failed = OfDeployments + "failed";
    private const string Updated = OfDeployments + "updated";
    private const string Any = "*";

    /// <summary>All that can be asked for; a word with <c>*</c> behind its dot is all of that.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "deployment.*", OfDeployments + EventKind.Created, OfDeployments + EventKind.Run, OfDeployments + EventKind.Fetched, OfDeployments + EventKind.Skipped, Updated,
        Complete, Failed, OfDeployments + EventKind.Overdue, OfDeployments + EventKind.Expired, OfDeployments + EventKind.Late, OfDeployments + EventKind.Refused,
        OfDeployments + EventKind.Deleted,
        "rollout.*", "rollout.created", "rollout.batch_begun", "rollout.batch_ended", "rollout.paused", "rollout.resumed", "rollout.next", "rollout.aborted",
        "rollout.retried", "rollout.ended", "rollout.deleted",
        "server.*", "server.removed",
    ];

    /// <summary>The type of an event; null of what no webhook tells.</summary>
    public static string? Of(DeploymentEvent evt) => evt.Subject switch
    {
        null => OfDeployment(evt),
        EventSubject.Rollout or EventSubject.Server => $"{evt.Subject}.{evt.Kind}",
        _ => null,
    };

    /// <summary>True when a webhook wants events of a type.</summary>
    /// <param name="wanted">Those that it wants, with commas between; null for all.</param>
    /// <param name="type">The type.</param>
    public static bool IsWanted(string? wanted, string type)
    {
        if (wanted is null)
        {
            return true;
        }

        foreach (var range in wanted.AsSpan().Split(','))
        {
            var one = wanted.AsSpan(range);
            if (one.EndsWith(Any, StringComparison.Ordinal) ? type.AsSpan().StartsWith(one[..^1], StringComparison.Ordinal) : one.SequenceEqual(type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a report was by the agent or by hand does not matter, but what it came to does.</summary>
    private static string OfDeployment(DeploymentEvent evt) => evt switch
    {
        { Kind: EventKind.Update or EventKind.Signal or EventKind.Late, StatusTo: DeploymentStatus.Complete } when evt.StatusFrom != evt.StatusTo => Complete,
        { Kind: EventKind.Update or EventKind.Signal or EventKind.Late, StatusTo: DeploymentStatus.Failed } when evt.StatusFrom != evt.StatusTo => Failed,
        { Kind: EventKind.Update or EventKind.Signal } => Updated,
        _ => OfDeployments + evt.Kind,
    };
}

/// <summary>What the log says of webhooks themselves.</summary>
internal static class WebhookEvents
{
    /// <summary>It was created.</summary>
    public const string Created = "created";

    /// <summary>It was changed.</summary>
    public const string Updated = "updated";

    /// <summary>It was deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>It has another secret.</summary>
    public const string Rotated = "rotated";

    /// <summary>A ping is sent.</summary>
    public const string Tested = "tested";

    /// <summary>A delivery is sent again.</summary>
    public const string Redelivered = "redelivered";

    /// <summary>The service has turned it off.</summary>
    public const string Disabled = "disabled";
}
