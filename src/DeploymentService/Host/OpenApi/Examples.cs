using System.Text.Json.Nodes;

namespace DeploymentService.Host.OpenApi;

/// <summary>
/// The examples of the document: one file a body in the folder <c>Examples</c>, named <c>{operationId}.request.json</c> or
/// <c>{operationId}.{status}.json</c>. A file that is there is in the document. They tell what the README's session does, with its ids.
/// </summary>
internal static class Examples
{
    /// <summary>The project of the README's session.</summary>
    public const string Project = "demo";

    /// <summary>Its config.</summary>
    public const string Config = "f4480c4d-92b2-4421-966b-7eaee63f5c30";

    /// <summary>Its deployment.</summary>
    public const string Deployment = "33f33466-ffee-4079-b5ef-dba3c445ef3c";

    /// <summary>The server of its deployment.</summary>
    public const string Server = "ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5";

    /// <summary>A token.</summary>
    public const string Token = "c2b7c1d6-6f5f-4f2b-9f0e-0f8a52b7e8d1";

    /// <summary>A rollout.</summary>
    public const string Rollout = "5f0c2f1a-8a7c-4c0b-9f39-1d6f0b7e2a11";

    /// <summary>A webhook.</summary>
    public const string Webhook = "8b5d1c7e-2f0a-4e6b-9c33-7d1f0a2b4c55";

    /// <summary>A delivery to it.</summary>
    public const string Delivery = "msg_8b5d1c7e2f0a4e6b9c337d1f0a2b4c55_57";

    /// <summary>The example of a request body; null when there is none.</summary>
    public static JsonNode? OfRequest(string? operationId) => Read($"{operationId}.request.json");

    /// <summary>The example of an answer; null when there is none.</summary>
    public static JsonNode? OfAnswer(string? operationId, int status) => Read($"{operationId}.{status}.json");

    private static JsonNode? Read(string file)
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream($"Examples/{file}");
        return stream is null ? null : JsonNode.Parse(stream);
    }
}
