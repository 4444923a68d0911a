using System.Globalization;
using DeploymentService.Http.OpenApi;
using Microsoft.OpenApi;

namespace DeploymentService.Http;

/// <summary>The part of a list that a client asks for.</summary>
/// <param name="Limit">At most so many; null for all.</param>
/// <param name="Marker">The id of the last one of the page before; an unknown one marks nothing, as in Heat.</param>
[Reads(ParameterLocation.Query, "limit", "marker")]
public sealed record Paging(int? Limit, string? Marker)
{
    /// <summary>
    /// Where a list goes on that is being sent, instead of <see cref="Marker"/>: the last row may be deleted meanwhile, but its place stays.
    /// </summary>
    public long? Place { get; init; }

    /// <summary>Reads <c>limit</c> and <c>marker</c> from the query.</summary>
    /// <exception cref="FaultException">400, with Heat's words where only the limit does not fit.</exception>
    public static ValueTask<Paging> BindAsync(HttpContext http)
    {
        var query = new QueryFields(http);
        var limit = ReadLimit(query, out var heatsWords);
        if (heatsWords is not null && !query.HasErrors)
        {
            throw new FaultException(Fault.BadRequest(heatsWords));
        }

        Check(query);
        query.ThrowIfInvalid();
        return ValueTask.FromResult(new Paging(limit, query.Text("marker")));
    }

    /// <summary>Reads <c>limit</c> behind all other parameters, for what has no pages.</summary>
    /// <param name="query">The query.</param>
    /// <param name="standard">How many without one.</param>
    /// <param name="most">How many at most, whatever it says.</param>
    /// <exception cref="FaultException">400, with Heat's words where only the limit does not fit.</exception>
    internal static int LimitOf(QueryFields query, int standard, int most)
    {
        var limit = ReadLimit(query, out var heatsWords);
        if (heatsWords is not null && !query.HasErrors)
        {
            throw new FaultException(Fault.BadRequest(heatsWords));
        }

        Check(query);
        return Math.Min(limit ?? standard, most);
    }

    /// <summary>Notes a limit that does not fit beside the other faults of a query.</summary>
    internal static void Check(QueryFields query)
    {
        ReadLimit(query, out var heatsWords);
        if (heatsWords is not null)
        {
            query.AddError("limit", "must be a whole number that is not negative");
        }
    }

    private static int? ReadLimit(QueryFields query, out string? heatsWords)
    {
        heatsWords = null;
        if (query.Text("limit") is not { } text)
        {
            return null;
        }

        if (!System.Numerics.BigInteger.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit) || text.Length > 30)
        {
            heatsWords = "Only integer is acceptable by 'limit'.";
            return null;
        }

        if (limit.Sign < 0)
        {
            heatsWords = $"Value '{text}' is invalid for 'limit' which only accepts non-negative integer.";
            return null;
        }

        return limit > int.MaxValue ? int.MaxValue : (int)limit;
    }
}
