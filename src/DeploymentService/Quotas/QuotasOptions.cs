using DeploymentService.Settings;

namespace DeploymentService.Quotas;

/// <summary>How much a project may have, unless an admin gave it something else: 0 for any amount, each of them.</summary>
public sealed record QuotasOptions
{
    /// <summary>The most that a quota can be.</summary>
    public const long Most = 1_000_000_000_000_000;

    private const long Gibibyte = 1024 * 1024 * 1024;

    /// <summary>The quotas, in the order of their kinds.</summary>
    public required IReadOnlyList<long> Limits { get; init; }

    /// <summary>The default of a quota.</summary>
    public long Of(QuotaKind kind) => Limits[(int)kind];

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static QuotasOptions Read(SettingsReader settings) => new()
    {
        Limits = [.. QuotaWords.Kinds.Select(kind => settings.Number($"Quotas:{kind}", Standard(kind), 0, Most))],
    };

    /// <summary>So much that nobody meets it by ordinary use, and somebody who goes wild does before the disk is full.</summary>
    private static long Standard(QuotaKind kind) => kind switch
    {
        QuotaKind.Deployments => 5_000_000,
        QuotaKind.Configs => 1_000_000,
        QuotaKind.Bytes => 100 * Gibibyte,
        QuotaKind.Servers => 1_000_000,
        QuotaKind.Rollouts => 1_000,
        _ => 100,
    };
}
