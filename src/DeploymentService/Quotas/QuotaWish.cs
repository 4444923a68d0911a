namespace DeploymentService.Quotas;

/// <summary>What is about to be made in a project.</summary>
public sealed record QuotaWish
{
    /// <summary>How many deployments.</summary>
    public long Deployments { get; init; }

    /// <summary>
    /// Where that takes more to be known: given how many there is room for, how many they are, and how many more are promised to others. It may say too much of both
    /// as long as there is room.
    /// </summary>
    public Func<long, ValueTask<(long Needed, long Promised)>>? DeploymentsAsync { get; init; }

    /// <summary>How many configs.</summary>
    public long Configs { get; init; }

    /// <summary>About how many bytes of configs and inputs.</summary>
    public long Bytes { get; init; }

    /// <summary>The servers that it is for, each once, new or not.</summary>
    public IReadOnlyCollection<string> Servers { get; init; } = [];

    /// <summary>How many rollouts.</summary>
    public long Rollouts { get; init; }

    /// <summary>How many webhooks.</summary>
    public long Webhooks { get; init; }

    /// <summary>How much of a kind, at most.</summary>
    internal long Of(QuotaKind kind) => kind switch
    {
        QuotaKind.Deployments => Deployments,
        QuotaKind.Configs => Configs,
        QuotaKind.Bytes => Bytes,
        QuotaKind.Servers => Servers.Count,
        QuotaKind.Rollouts => Rollouts,
        _ => Webhooks,
    };
}
