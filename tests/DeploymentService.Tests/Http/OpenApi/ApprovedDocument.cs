using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace DeploymentService.Tests.Http.OpenApi;

/// <summary>
/// The OpenAPI document that was approved. One test asks whether the service still serves it; the others ask whether what it says is true,
/// and so find their cases in it before any service runs.
/// </summary>
public static class ApprovedDocument
{
    private static readonly JsonObject Root = JsonNode.Parse(File.ReadAllText(PathOf("openapi.approved.json")))!.AsObject();

    /// <summary>Every route, by its operationId.</summary>
    public static IReadOnlyDictionary<string, DocumentedRoute> Routes { get; } = Root["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject(), (path, method) => new DocumentedRoute(path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject()))
        .ToDictionary(route => route.OperationId);

    /// <summary>The schemas of the bodies.</summary>
    public static JsonObject Schemas => Root["components"]!["schemas"]!.AsObject();

    /// <summary>The descriptions of the headers of answers, by their names.</summary>
    public static JsonObject Headers => Root["components"]!["headers"]!.AsObject();

    /// <summary>The routes that fit, as cases of a theory.</summary>
    public static TheoryData<string> Where(Func<DocumentedRoute, bool> fits) => [.. Routes.Values.Where(fits).Select(route => route.OperationId)];

    /// <summary>Follows a reference to another part of the document.</summary>
    public static JsonObject Resolve(JsonNode node) => node["$ref"]?.GetValue<string>() is { } reference
        ? reference.Split('/').Skip(1).Aggregate((JsonNode)Root, (place, name) => place[name]!).AsObject()
        : node.AsObject();

    /// <summary>A file beside this one.</summary>
    public static string PathOf(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}

/// <summary>A route as the document has it.</summary>
public sealed record DocumentedRoute(string Path, string Method, JsonObject Operation)
{
    public string OperationId => Operation["operationId"]!.GetValue<string>();

    public IEnumerable<JsonNode> Parameters => Operation["parameters"]?.AsArray().Select(parameter => parameter!) ?? [];

    public bool NeedsToken => Operation["security"]!.AsArray().Count > 0;

    /// <summary>The answers, by status.</summary>
    public IReadOnlyDictionary<int, JsonObject> Answers => Operation["responses"]!.AsObject()
        .ToDictionary(answer => int.Parse(answer.Key, System.Globalization.CultureInfo.InvariantCulture), answer => ApprovedDocument.Resolve(answer.Value!));

    public int Success => Answers.Keys.Min();

    public JsonNode? RequestBody => Operation["requestBody"]?["content"]!["application/json"];

    public JsonNode? RequestExample => RequestBody?["example"];

    /// <summary>True of a route that goes on answering until somebody ends it.</summary>
    public bool IsStream => Answers[Success]["content"]?["text/event-stream"] is not null;

    /// <summary>True of a route that signs in or out: it is in no project.</summary>
    public bool IsIdentity => Path.StartsWith("/v3", StringComparison.Ordinal);

    /// <summary>True of a route that tells of all projects: it is in none of them.</summary>
    public bool IsOfAllProjects => Path.StartsWith("/v1/", StringComparison.Ordinal) && !Path.StartsWith("/v1/{project_id}/", StringComparison.Ordinal);

    public JsonNode? AnswerSchema(int status) => Answers[status]["content"]?.AsObject().Single().Value!["schema"];

    /// <summary>The headers of an answer, each with whether it is always there.</summary>
    public IReadOnlyDictionary<string, bool> AnswerHeaders(int status) => (Answers[status]["headers"]?.AsObject() ?? [])
        .ToDictionary(header => header.Key, header => ApprovedDocument.Resolve(header.Value!)["required"]?.GetValue<bool>() == true);

    public JsonNode? AnswerExample(int status) => Answers[status]["content"]?.AsObject().Single().Value!["example"];
}
