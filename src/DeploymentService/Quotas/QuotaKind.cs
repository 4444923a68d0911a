namespace DeploymentService.Quotas;

/// <summary>What a project may have only so much of.</summary>
public enum QuotaKind
{
    /// <summary>Deployments.</summary>
    Deployments,

    /// <summary>Configs.</summary>
    Configs,

    /// <summary>Bytes of configs, inputs and outputs.</summary>
    Bytes,

    /// <summary>Servers that are shown.</summary>
    Servers,

    /// <summary>Rollouts that have not ended.</summary>
    Rollouts,

    /// <summary>Webhooks.</summary>
    Webhooks,
}

/// <summary>The words for them, on the wire and in the table.</summary>
public static class QuotaWords
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<QuotaKind> Kinds { get; } = Enum.GetValues<QuotaKind>();

    /// <summary>All words, in the order of the kinds.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Kinds.Select(kind => kind.ToString().ToLowerInvariant())];

    /// <summary>The word for a kind.</summary>
    public static string Of(QuotaKind kind) => All[(int)kind];
}
