using System.Text.Json.Nodes;

namespace DeploymentService.Http.OpenApi;

/// <summary>
/// The examples of the document: one file a body in the folder <c>Examples</c>, named <c>{operationId}.request.json</c> or
/// <c>{operationId}.{status}.json</c>. A file that is there is in the document.
/// </summary>
internal static class Examples
{
    /// <summary>The example of a request body; null when there is none.</summary>
    public static JsonNode? OfRequest(string? operationId) => Read($"{operationId}.request.json");

    /// <summary>The example of an answer; null when there is none.</summary>
    public static JsonNode? OfAnswer(string? operationId, string status) => Read($"{operationId}.{status}.json");

    private static JsonNode? Read(string file)
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream($"Examples/{file}");
        return stream is null ? null : JsonNode.Parse(stream);
    }
}
