using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>Says that the filters of deployments are read from the query.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsFiltersAttribute : ReadsAttribute
{
    /// <summary>Names all of them.</summary>
    public ReadsFiltersAttribute()
        : base(ParameterLocation.Query, "server_id", "config_id", "name", "status", "action", "reason", "changed_since", "changed_before", "q", "overdue", "rollout_id") =>
        Several = "status";
}

/// <summary>
/// Says that the filters by a part of a text are read from the query. In the document the exact ones speak for them: generated clients make one word of both names.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsPartsAttribute : ReadsAttribute
{
    /// <summary>Names all of them.</summary>
    public ReadsPartsAttribute()
        : base(ParameterLocation.Query, "server_id~", "name~", "action~") =>
        IsHidden = true;
}
