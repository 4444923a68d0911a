using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>What is counted, and by what it is grouped.</summary>
/// <param name="Filter">Which deployments.</param>
/// <param name="GroupBy">What those of a group have in common; null for no groups.</param>
/// <param name="Limit">How many groups at most, the largest first.</param>
[ReadsFilters]
[ReadsParts]
[Reads(ParameterLocation.Query, "group_by", "limit")]
public sealed record SummaryQuery(DeploymentFilter Filter, GroupKey? GroupBy, int Limit)
{
    /// <summary>How many groups an answer has that says nothing about it.</summary>
    public const int StandardLimit = 50;

    /// <summary>How many groups an answer has at most, whatever is asked for.</summary>
    public const int MostGroups = 1000;

    private static readonly Dictionary<string, GroupKey?> Keys = new()
    {
        ["config"] = GroupKey.Config,
        ["reason"] = GroupKey.Reason,
        ["server"] = GroupKey.Server,
        ["action"] = GroupKey.Action,
    };

    /// <summary>The words by which a query names what to group by.</summary>
    public static IEnumerable<string> KeyWords => Keys.Keys;

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<SummaryQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new SummaryQuery(
            DeploymentFilter.Read(http, query),
            query.Choice("group_by", Keys, standard: null),
            Paging.LimitOf(query, StandardLimit, MostGroups));
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}

/// <summary>What the deployments of a group have in common.</summary>
public enum GroupKey
{
    /// <summary>Their config.</summary>
    Config,

    /// <summary>What their reasons mean.</summary>
    Reason,

    /// <summary>Their server.</summary>
    Server,

    /// <summary>Their action.</summary>
    Action,
}
