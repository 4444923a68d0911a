using System.Text.Json;
using DeploymentService.Http.OpenApi;
using Microsoft.AspNetCore.Http.Metadata;

namespace DeploymentService.Http;

/// <summary>
/// 200 with a list that may be longer than memory should hold: it is read in chunks and sent while it is read, and no read of the database is
/// open while a slow client takes its time. A list that a limit cut ends with the link to the next page.
/// </summary>
/// <typeparam name="TList">The type that describes the body in the OpenAPI document.</typeparam>
/// <typeparam name="TItem">The type of an element; <c>WireJsonContext</c> lists it.</typeparam>
[Sends("Link")]
public sealed class PagedResult<TList, TItem>(string name, string[] linkNames, Paging paging, Func<Paging, ValueTask<ListChunk<TItem>>> read) : IResult, IEndpointMetadataProvider
{
    /// <summary>Writes what an answer says beside the list; null for nothing.</summary>
    public Action<Utf8JsonWriter>? WriteMore { get; init; }

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<WireJson>();
        var chunk = await read(paging);
        if (chunk.IsCut)
        {
            // For clients that follow links of any API.
            httpContext.Response.Headers.Link = $"<{NextPage(httpContext, chunk)}>; rel=\"next\"";
        }

        using var answer = PiecewiseResponse.BeginList(httpContext);
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray(name);
        var part = paging;
        while (await IsWrittenAsync(answer, json, chunk) && !chunk.IsLast)
        {
            part = chunk.Rest(part);
            chunk = await read(part);
        }

        End(answer.Json, httpContext, chunk);
        await answer.EndAsync();
    }

    /// <summary>Tells the OpenAPI document what a handler answers.</summary>
    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TList), ["application/json"]));

    /// <summary>Writes a chunk, element by element. False when the client does not want the rest.</summary>
    private static async Task<bool> IsWrittenAsync(PiecewiseResponse answer, WireJson json, ListChunk<TItem> chunk)
    {
        foreach (var item in chunk.Items)
        {
            json.Write(answer.Json, item);
            if (!await answer.NextAsync())
            {
                return false;
            }
        }

        return true;
    }

    private void End(Utf8JsonWriter writer, HttpContext http, ListChunk<TItem> chunk)
    {
        writer.WriteEndArray();
        WriteMore?.Invoke(writer);
        if (chunk.IsCut)
        {
            foreach (var link in linkNames)
            {
                writer.WriteStartArray(link);
                writer.WriteStartObject();
                writer.WriteString("rel", "next");
                writer.WriteString("href", NextPage(http, chunk));
                writer.WriteEndObject();
                writer.WriteEndArray();
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The address of the next page of a list that was cut.</summary>
    internal static string NextPage(HttpContext http, ListChunk<TItem> chunk)
    {
        var query = http.Request.Query
            .Where(parameter => !parameter.Key.Equals("marker", StringComparison.OrdinalIgnoreCase) && parameter.Key != chunk.NextPage?.Name)
            .SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value)))
            .Append(KeyValuePair.Create<string, string?>("marker", chunk.LastId));
        if (chunk.NextPage is { } next)
        {
            query = query.Append(KeyValuePair.Create<string, string?>(next.Name, next.Value));
        }

        return $"{PublicAddress.Of(http)}{http.Request.PathBase}{http.Request.Path.ToUriComponent()}{QueryString.Create(query)}";
    }
}

/// <summary>Elements of a list, in its order.</summary>
/// <param name="Items">The elements.</param>
/// <param name="LastId">The marker of what comes behind: the id of the last of them, or where the list is cut, of the last of the answer.</param>
/// <param name="LastPlace">The place of the last of them in the order of the list.</param>
/// <param name="IsLast">True when no further chunk belongs to the answer.</param>
/// <param name="IsCut">True when the limit ends the answer and more elements are there. Known with the first chunk, or else with the last.</param>
public sealed record ListChunk<T>(IReadOnlyList<T> Items, string? LastId, long LastPlace, bool IsLast, bool IsCut)
{
    /// <summary>A parameter that the link to the next page needs beside the marker; null for none.</summary>
    public (string Name, string Value)? NextPage { get; init; }

    /// <summary>The same with something else for each element.</summary>
    public ListChunk<T> Select(Func<T, T> change) => this with { Items = [.. Items.Select(change)] };

    /// <summary>What is to be read behind this chunk.</summary>
    /// <param name="paging">What this chunk was read with.</param>
    public Paging Rest(Paging paging) => new(paging.Limit - Items.Count, LastId) { Place = LastPlace };
}

/// <summary>Cuts chunks.</summary>
public static class ListChunk
{
    /// <summary>Makes the one chunk of a page of what is in memory.</summary>
    /// <param name="rest">What is behind the marker; of this no more is made than the page needs.</param>
    /// <param name="paging">Which part.</param>
    /// <param name="idOf">The id of an element.</param>
    public static ListChunk<T> OfRest<T>(IEnumerable<T> rest, Paging paging, Func<T, string> idOf)
    {
        // One more than is asked for tells whether there is a next page.
        var found = rest.Take((int)Math.Min((paging.Limit ?? int.MaxValue) + 1L, int.MaxValue)).ToList();
        var isMore = found.Count > paging.Limit;
        if (isMore)
        {
            found.RemoveAt(found.Count - 1);
        }

        return Of(found, isMore, paging, idOf, lastPlace: 0);
    }

    /// <summary>Makes a chunk of rows that were read.</summary>
    /// <param name="found">The rows.</param>
    /// <param name="more">Whether there are rows behind them.</param>
    /// <param name="paging">What is still to be answered.</param>
    /// <param name="idOf">The id of a row.</param>
    /// <param name="lastPlace">The place of the last row.</param>
    public static ListChunk<T> Of<T>(List<T> found, bool more, Paging paging, Func<T, string> idOf, long lastPlace)
    {
        var limitReached = found.Count == paging.Limit;
        var lastId = found.Count > 0 ? idOf(found[^1]) : null;
        return new(found, lastId, lastPlace, IsLast: !more || limitReached, IsCut: more && limitReached && lastId is not null);
    }
}
