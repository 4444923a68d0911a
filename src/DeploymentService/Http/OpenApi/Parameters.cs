using Microsoft.OpenApi;

namespace DeploymentService.Http.OpenApi;

/// <summary>What the document says of a parameter of a path or query; one name means the same on every route.</summary>
internal static class Parameters
{
    private static readonly OpenApiParameter[] All =
    [
        InPath("project_id", "The project: 1 to 64 letters, digits, `-` or `_`.", "95d02433133a4c0a87ba6967474a2ad3",
            new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 64, Pattern = "^[A-Za-z0-9_-]{1,64}$" }),
        InPath("deployment_id", "The UUID of the deployment. One that the project does not have, or that is no UUID, is 404.", "3d5ec2a8-7004-43b6-a7f6-542bdbe9d434"),
        InPath("config_id", "The UUID of the config. One that the project does not have, or that is no UUID, is 404.", "ddee7aca-aa32-4335-8265-d436b20db4f1"),
        InPath("token_id", "The UUID of the token. One that the project does not have, or that is no UUID, is 404.", "c2b7c1d6-6f5f-4f2b-9f0e-0f8a52b7e8d1"),
        InPath("server_id", "The server, percent-encoded where its name has characters such as a slash. It need not have a deployment.",
            "ec14c864-096e-4e27-bb8a-2c2b4dc6f3f5"),
        InQuery("server_id", "Only the deployments of this server; an empty one filters nothing.", new() { Type = JsonSchemaType.String }),
        InQuery("deployment_id", "Only the events of this deployment; an empty one filters nothing.", new() { Type = JsonSchemaType.String }),
        InQuery("last_event_id", "As the header `Last-Event-ID`, for clients that cannot set it.", new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
        InHeader("Last-Event-ID", "The id of the last event that was received: the stream goes on behind it.", new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
        InHeader("If-Match", "The `ETag` of the state that is to be changed; `*` for any.", new() { Type = JsonSchemaType.String }),
        InHeader("Idempotency-Key", "A text of the client's own, such as a new UUID, under which the request is done once.",
            new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Idempotency.IdempotentRequest.LongestKey }),
        InQuery("limit", "At most so many; absent for all. A list that was cut ends with the link to the next page.",
            new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
        InQuery("marker", "The id of the last one of the page before; an unknown id marks nothing.", new() { Type = JsonSchemaType.String }),
        InQuery("global_tenant", "Whether to list all projects. Nobody may: `true` is 403.", new() { Type = JsonSchemaType.Boolean }),
    ];

    /// <summary>The parameter of a name.</summary>
    /// <exception cref="InvalidOperationException">Nothing is said of it here.</exception>
    public static IOpenApiParameter Of(ParameterLocation place, string name) =>
        Array.Find(All, parameter => parameter.In == place && parameter.Name == name)
            ?? throw new InvalidOperationException($"The document does not know the parameter {name}: describe it in {nameof(Parameters)}.cs.");

    private static OpenApiParameter InPath(string name, string description, string example, OpenApiSchema? schema = null) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Description = description,
        Example = example,
        Schema = schema ?? new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter InHeader(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = schema };

    private static OpenApiParameter InQuery(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };
}
