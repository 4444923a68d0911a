using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Secrets;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>What a list of deployments is asked for, beside Heat's <c>server_id</c>, <c>limit</c> and <c>marker</c>.</summary>
[ReadsFilters]
[Reads(ParameterLocation.Query, "sort_key", "sort_dir", SortCursor.Parameter, "detail", ShownValue.Parameter, WaitTime.Parameter)]
public sealed record DeploymentListQuery
{
    /// <summary>Which deployments.</summary>
    public required DeploymentFilter Filter { get; init; }

    /// <summary>In which order.</summary>
    public required DeploymentOrder Order { get; init; }

    /// <summary>Behind which place, where a link to the next page was followed.</summary>
    public SortCursor? Place { get; init; }

    /// <summary>True to say also what Heat does not know of a deployment.</summary>
    public bool Detail { get; init; }

    /// <summary>Which input and output values come with it.</summary>
    public ShownValues Values { get; init; }

    /// <summary>How long to wait until all of them are at their end; null to answer at once.</summary>
    public WaitTime? Wait { get; init; }

    /// <summary>True when nothing is asked for that Heat does not know.</summary>
    public bool IsPlain { get; init; }

    /// <summary>True when all deployments are looked at for it, or sorted.</summary>
    public bool IsSearch => Filter.Text is not null || Order.Key != SortKey.CreationTime;

    /// <summary>Reads the query.</summary>
    /// <exception cref="FaultException">400: it names everything that does not fit.</exception>
    public static ValueTask<DeploymentListQuery> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        if (query.IsPlain)
        {
            if (query.HasErrors)
            {
                Paging.Check(query);
                query.ThrowIfInvalid();
            }

            // A limit alone that does not fit is told in Heat's words, by Paging.
            return ValueTask.FromResult(new DeploymentListQuery
            {
                Filter = DeploymentFilter.None with { ServerId = query.Text("server_id") },
                Order = DeploymentOrder.OfCreation,
                IsPlain = true,
            });
        }

        var wait = WaitTime.Read(query)?.For(http);
        var read = new DeploymentListQuery
        {
            Filter = DeploymentFilter.Read(http, query),
            Order = DeploymentOrder.Read(query),
            Place = SortCursor.Read(query),
            Detail = query.Flag("detail") ?? wait is not null,
            Values = ShownValue.Read(query),
            Wait = wait,
        };
        Paging.Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }
}
