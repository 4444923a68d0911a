using System.Text.Json.Nodes;
using DeploymentService.Events;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DeploymentService.Host.OpenApi;

/// <summary>
/// The shape of one event of a stream. Version 3.0 of the format knows a stream as a text alone; later versions have <c>itemSchema</c> for this, and
/// this is the name that older documents have for it.
/// </summary>
internal static class StreamShape
{
    /// <summary>The media type of a stream.</summary>
    public const string MediaType = "text/event-stream";

    private const string Extension = "x-oai-itemSchema";

    /// <summary>Says it of a stream.</summary>
    public static void Describe(OpenApiMediaType stream, OperationFilterContext context)
    {
        var evt = (OpenApiSchemaReference)context.SchemaGenerator.GenerateSchema(typeof(EventView), context.SchemaRepository);
        (stream.Extensions ??= new Dictionary<string, IOpenApiExtension>())[Extension] = new JsonNodeExtension(new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("id"),
            ["properties"] = new JsonObject
            {
                ["id"] = Whole(),
                ["event"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. EventStream.Names.Select(name => JsonValue.Create(name))]) },
                ["data"] = new JsonObject
                {
                    ["description"] = "One line of JSON.",
                    ["oneOf"] = new JsonArray(new JsonObject { ["$ref"] = evt.Reference.ReferenceV3 }, Gap()),
                },
            },
        });
    }

    /// <summary>An <see cref="EventGap"/>. In place, because no part of the document that is not an extension refers to it.</summary>
    private static JsonObject Gap() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("from", "to"),
        ["properties"] = new JsonObject { ["from"] = Whole(), ["to"] = Whole() },
    };

    private static JsonObject Whole() => new() { ["type"] = "integer", ["format"] = "int64" };
}
