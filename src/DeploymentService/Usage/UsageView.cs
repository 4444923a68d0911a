using System.Text.Json.Serialization;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Quotas;

namespace DeploymentService.Usage;

/// <summary>The answer with the usage of a project.</summary>
/// <param name="Usage">The usage.</param>
public sealed record UsageEnvelope(UsageView Usage);

/// <summary>The answer with the usage of all projects.</summary>
/// <param name="Usage">One for each project, in the order of their ids.</param>
public sealed record UsageList(IReadOnlyList<UsageView> Usage)
{
    /// <summary>The next page, where there are more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Link>? UsageLinks { get; init; }
}

/// <summary>How much a project has, and how much it does.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Rows">How many of what it has.</param>
/// <param name="Bytes">How many bytes that is.</param>
/// <param name="Rates">How much it does.</param>
/// <param name="CountedTime">When rows and bytes were counted; deployments and servers are as they are now.</param>
public sealed record UsageView(string ProjectId, UsageRows Rows, UsageBytes Bytes, UsageRates Rates, DateTime CountedTime)
{
    /// <summary>How much it may have: in the usage of a single project.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UsedQuota>? Quotas { get; init; }
}

/// <summary>How many of what a project has.</summary>
/// <param name="Deployments">Deployments.</param>
/// <param name="Configs">Configs.</param>
/// <param name="Servers">Servers that are shown.</param>
/// <param name="Rollouts">Rollouts that have not ended.</param>
/// <param name="Tokens">Tokens, without their sessions.</param>
public sealed record UsageRows(long Deployments, long Configs, long Servers, long Rollouts, long Tokens);

/// <summary>How many bytes a project has.</summary>
/// <param name="Configs">Of configs: what they run, their declarations and options.</param>
/// <param name="Inputs">Of the inputs of deployments and of their kept runs.</param>
/// <param name="Outputs">Of the outputs of deployments and of their kept runs.</param>
/// <param name="Total">All together.</param>
public sealed record UsageBytes(long Configs, long Inputs, long Outputs, long Total);

/// <summary>How much a project does.</summary>
/// <param name="ReportsPerMinute">Reports of servers in a minute, on the average of this hour and the one before.</param>
/// <param name="ReportsInDay">Reports in the last 24 hours.</param>
/// <param name="FailuresInDay">Deployments that failed in the last 24 hours.</param>
public sealed record UsageRates(double ReportsPerMinute, long ReportsInDay, long FailuresInDay);

/// <summary>How much of what a project may have it has.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Limit">How much it may have; 0 for any amount.</param>
/// <param name="Used">How much it has.</param>
public sealed record UsedQuota([property: OneOf(typeof(QuotaWords))] string Name, long Limit, long Used);
