using DeploymentService.Storage;

namespace DeploymentService.Quotas;

/// <summary>How many rows of a kind a project has in a table. A feature registers one for what it keeps.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="OfProject">Counts those of a project.</param>
public sealed record CountedRows(QuotaKind Kind, Query<string, long> OfProject)
{
    /// <summary>The configs.</summary>
    internal static CountedRows Configs { get; } = Of(QuotaKind.Configs, QuotaQueries.ConfigsText);

    /// <summary>The rollouts that have not ended.</summary>
    internal static CountedRows Rollouts { get; } = Of(QuotaKind.Rollouts, QuotaQueries.RolloutsText);

    /// <summary>Rows that a statement counts.</summary>
    /// <param name="kind">What they are.</param>
    /// <param name="sql">The statement: its parameter is the project.</param>
    public static CountedRows Of(QuotaKind kind, string sql) =>
        new(kind, new(sql, static (parameters, projectId) => parameters.Add(projectId), static row => row.Integer(0)) { Limit = QuotaQueries.Limit });
}
