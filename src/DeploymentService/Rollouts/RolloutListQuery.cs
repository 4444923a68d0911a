using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Secrets;
using DeploymentService.Storage.Model;
using Microsoft.OpenApi;

namespace DeploymentService.Rollouts;

/// <summary>Which rollouts are asked for.</summary>
/// <param name="Statuses">Those in one of these statuses; none for all.</param>
/// <param name="Name">Those of this name.</param>
/// <param name="IsByConfig">True for deployments that were made one by one, instead.</param>
[Reads(ParameterLocation.Query, "status", "name", "by", Several = "status", Topic = "rollouts")]
public sealed record RolloutListQuery(IReadOnlyCollection<string> Statuses, string? Name, bool IsByConfig)
{
    private static readonly Dictionary<string, bool> Kinds = new() { ["config"] = true, ["rollout"] = false };

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<RolloutListQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new RolloutListQuery(RolloutWords.Read(query, RolloutStatus.All), query.Text("name"), query.Choice("by", Kinds, standard: false));
        Paging.Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }

    /// <summary>True when all are asked for.</summary>
    internal bool IsOfAll => Statuses.Count == 0 && Name is null;

    /// <summary>True of one that is asked for.</summary>
    internal bool Matches(string status, string? name) => (Statuses.Count == 0 || Statuses.Contains(status)) && (Name is null || Name == name);
}

/// <summary>How a rollout is asked for.</summary>
/// <param name="Values">Which input values come with it.</param>
[Reads(ParameterLocation.Query, ShownValue.Parameter)]
public sealed record RolloutShowQuery(ShownValues Values)
{
    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<RolloutShowQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new RolloutShowQuery(ShownValue.Read(query));
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}

/// <summary>Which servers of a rollout are asked for.</summary>
/// <param name="Statuses">Those in one of these statuses; none for all.</param>
[Reads(ParameterLocation.Query, "status", Several = "status", Topic = "rollout_servers")]
public sealed record RolloutServersQuery(IReadOnlyCollection<string> Statuses)
{
    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<RolloutServersQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var read = new RolloutServersQuery(RolloutWords.Read(query, RolloutServerStatus.All));
        Paging.Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}

/// <summary>How long to wait for the end of a rollout.</summary>
/// <param name="Time">How long at most.</param>
/// <param name="Progress">Whether lines tell how it goes on.</param>
[Reads(ParameterLocation.Query, "timeout", "progress")]
public sealed record RolloutWaitQuery(WaitTime Time, bool Progress)
{
    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<RolloutWaitQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var time = new WaitTime(query.Number("timeout", least: 1, most: WaitTime.Longest, Waiting.WaitQuery.StandardTimeout));
        var progress = query.Flag("progress") ?? false;
        query.ThrowIfInvalid();
        return ValueTask.FromResult(new RolloutWaitQuery(time, progress));
    }
}

/// <summary>Reads words of <c>status</c>.</summary>
internal static class RolloutWords
{
    public static IReadOnlyCollection<string> Read(QueryFields query, IReadOnlyList<string> known)
    {
        var words = query.Words("status").ToHashSet();
        if (words.Except(known).Any())
        {
            query.AddError("status", $"must be one of {string.Join(", ", known)}, in upper case, or several with commas");
        }

        return words;
    }
}
