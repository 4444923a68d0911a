using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Secrets;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>What a list of deployments is asked for, beside Heat's <c>server_id</c>, <c>limit</c> and <c>marker</c>.</summary>
[ReadsFilters]
[ReadsParts]
[Reads(ParameterLocation.Query, "outputs", "sort_key", "sort_dir", SortCursor.Parameter, "detail", ShownValue.Parameter, WaitTime.Parameter, "with_count", "format")]
public sealed record DeploymentListQuery
{
    private static readonly Dictionary<string, ListFormat> Formats = new() { ["json"] = ListFormat.Json, ["csv"] = ListFormat.Csv, ["ndjson"] = ListFormat.NdJson };

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

    /// <summary>True to look for the filter's text in what servers reported, too.</summary>
    public bool SearchesOutputs { get; init; }

    /// <summary>True to say how many there are on all pages together.</summary>
    public bool WithCount { get; init; }

    /// <summary>As what they are sent.</summary>
    public ListFormat Format { get; init; }

    /// <summary>True when nothing is asked for that Heat does not know.</summary>
    public bool IsPlain { get; init; }

    /// <summary>True when all deployments are looked at for it, or sorted.</summary>
    public bool IsSearch => Filter.Text is not null || Filter.Reason is not null || WithCount || Order.Key != SortKey.CreationTime;

    /// <summary>The words by which a query names the format.</summary>
    public static IEnumerable<string> FormatWords => Formats.Keys;

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
        var format = query.Choice("format", Formats, ListFormat.Json);
        var read = new DeploymentListQuery
        {
            Filter = DeploymentFilter.Read(http, query),
            Order = DeploymentOrder.Read(query),
            Place = SortCursor.Read(query),
            Detail = query.Flag("detail") ?? wait is not null,
            // A table with megabytes in its cells is of no use, unless somebody says so.
            Values = format == ListFormat.Csv && query.Text(ShownValue.Parameter) is null ? ShownValues.None : ShownValue.Read(query),
            Wait = wait,
            // Without a text there is nothing to look for.
            SearchesOutputs = query.Flag("outputs") == true && query.Text("q") is not null,
            WithCount = query.Flag("with_count") ?? false,
            Format = format,
        };
        CheckTogether(query, read);
        Paging.Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(read);
    }

    /// <summary>Refuses what has no meaning together.</summary>
    private static void CheckTogether(QueryFields query, DeploymentListQuery read)
    {
        if (read.SearchesOutputs && read.Wait is not null)
        {
            query.AddError("outputs", "cannot be waited for: leave out wait, or outputs");
        }

        if (read.WithCount && (read.SearchesOutputs || read.Format != ListFormat.Json))
        {
            query.AddError("with_count", "is for a list that is searched as a whole and sent as JSON: leave it out, or outputs and format");
        }
    }
}

/// <summary>As what a list is sent.</summary>
public enum ListFormat
{
    /// <summary>An object with a page, and the link to the next.</summary>
    Json,

    /// <summary>A table, for spreadsheets.</summary>
    Csv,

    /// <summary>An object a line, for programs.</summary>
    NdJson,
}
