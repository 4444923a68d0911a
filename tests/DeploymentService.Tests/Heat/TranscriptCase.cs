using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DeploymentService.Tests.Heat;

/// <summary>A request that a real Heat answered, and its answer. Words such as <c>$CONFIG</c> stand for what a replay makes itself.</summary>
/// <param name="Id">Three digits.</param>
/// <param name="Title">What the case is about.</param>
/// <param name="Setup">What is made first, by name.</param>
/// <param name="Request">The request.</param>
/// <param name="Response">Heat's answer.</param>
/// <param name="Then">Heat's answer to a look at the deployment afterwards.</param>
public sealed record TranscriptCase(
    string Id, string Title, IReadOnlyList<string> Setup, TranscriptRequest Request, TranscriptResponse Response, TranscriptResponse? Then)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 200 };

    /// <summary>The whole transcript.</summary>
    public static IReadOnlyDictionary<string, TranscriptCase> All { get; } =
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Heat", "heat-transcript.jsonl")).Select(Parse).ToDictionary(line => line.Id);

    /// <summary>True when Heat listed rows that the case did not make itself: only their shape can be compared.</summary>
    public bool ListsStrangers =>
        Response.Body is { ValueKind: JsonValueKind.Object } body
        && body.EnumerateObject().First().Value is { ValueKind: JsonValueKind.Array } list
        && list.EnumerateArray().Any(item => item.TryGetProperty("id", out var id) && Guid.TryParse(id.GetString(), out _));

    /// <summary>The request's body as it went over the wire; null when there was none.</summary>
    public byte[]? Body(Func<string, string> fill)
    {
        if (Request.Body is not { } body)
        {
            return null;
        }

        var text = fill(WholeBody(body));
        // Bytes that are no UTF-8 stand in the transcript as the Latin-1 characters of the same numbers.
        return (text.All(character => character <= 0xff) ? Encoding.Latin1 : Encoding.UTF8).GetBytes(text);
    }

    private string WholeBody(string body)
    {
        if (Regex.Match(body, @"\((\d+) characters; see the title\)$") is not { Success: true } cut)
        {
            return body;
        }

        if (Regex.Match(Title, @"^nesting of (\d+)$") is { Success: true } nesting)
        {
            var depth = int.Parse(nesting.Groups[1].Value, CultureInfo.InvariantCulture);
            return $$"""{"output_values":{{string.Concat(Enumerable.Repeat("""{"a":""", depth))}}1{{new string('}', depth)}}}""";
        }

        const string begin = "{\"output_values\": {\"deploy_stdout\": \"";
        const string end = "\"}}";
        var length = int.Parse(cut.Groups[1].Value, CultureInfo.InvariantCulture);
        return begin + new string('x', length - begin.Length - end.Length) + end;
    }

    // Heat answered NaN and Infinity, which are no JSON: here they are words.
    private static TranscriptCase Parse(string line) =>
        JsonSerializer.Deserialize<TranscriptCase>(Regex.Replace(line, "(?<!\\\\)\": (NaN|Infinity)", "\": \"$1\""), Options)!;
}

/// <summary>What went to Heat.</summary>
public sealed record TranscriptRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string? Body);

/// <summary>What Heat answered. A body that was no JSON is a string; one that was too long to keep is <c>{"long": length}</c>.</summary>
public sealed record TranscriptResponse(int Status, IReadOnlyDictionary<string, string> Headers, JsonElement Body);
