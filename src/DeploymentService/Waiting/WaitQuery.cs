using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Waiting;

/// <summary>
/// What is waited for, and how long. Filters by what a report changes (<c>status</c>, <c>overdue</c>, <c>changed_before</c>) are not taken: a deployment
/// that fails would drop out of sight, and the wait would end well without it. For the same reason <c>q</c> looks at servers alone here.
/// </summary>
/// <param name="Goal">What is waited for.</param>
/// <param name="Time">How long at most.</param>
/// <param name="Progress">Whether lines tell how it goes on.</param>
[Reads(ParameterLocation.Query, "server_id", "config_id", "name", "action", "changed_since", "q", "rollout_id", "timeout", "at_least", "fail_fast", "progress")]
public sealed record WaitQuery(WaitGoal Goal, WaitTime Time, bool Progress)
{
    /// <summary>The standard of <c>timeout</c>, in seconds: below the minute after which many proxies give up.</summary>
    public const int StandardTimeout = 50;

    private const string AtLeast = "at_least";
    private static readonly string[] Filters = ["server_id", "config_id", "name", "action", "changed_since", "q", "rollout_id"];

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<WaitQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        // Elsewhere an empty filter filters nothing. Here it is a variable that was not set, and the answer would be about all deployments.
        foreach (var empty in Filters.Where(query.IsEmpty))
        {
            query.AddError(empty, "is empty: give it a value, or leave it out to wait for all deployments of the project");
        }

        if (query.IsEmpty(AtLeast))
        {
            query.AddError(AtLeast, "is empty: give it a value, or leave it out to wait for 1 deployment or more");
        }

        var goal = new WaitGoal(
            DeploymentFilter.Read(http, query) with { IsOfServersAlone = true, Redaction = null },
            query.Number(AtLeast, least: 1, most: int.MaxValue, standard: 1),
            query.Flag("fail_fast") ?? false);
        var time = new WaitTime(query.Number("timeout", least: 1, most: WaitTime.Longest, StandardTimeout));
        var progress = query.Flag("progress") ?? false;
        query.ThrowIfInvalid();
        return ValueTask.FromResult(new WaitQuery(goal, time, progress));
    }
}
