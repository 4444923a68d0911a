using System.Text.Json.Nodes;
using DeploymentService.Waiting;
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
        InQuery("server_id", "Only what is of this server; an empty one filters nothing.", Text()),
        InQuery("config_id", "Only the deployments of this config.", Text()),
        InQuery("name", "Only the deployments of configs with this name.", Text()),
        InQuery("status", "Only the deployments in this status, or in one of several: with commas, or given several times.", Text()),
        InQuery("action", "Only the deployments with this action.", Text()),
        InQuery("changed_since", "Only the deployments that were created or updated then or later, such as `2026-11-23T13:26:51Z`.", Text()),
        InQuery("changed_before", "Only the deployments that were created, or last updated, before then.", Text()),
        InQuery("q", "Only those that have this text in their reason or in the id of their server, in upper or lower case.", Text()),
        InQuery("overdue", "Only the deployments that are overdue, or that are not.", new() { Type = JsonSchemaType.Boolean }),
        InQuery("silent", "Only the servers that are silent, or that are not.", new() { Type = JsonSchemaType.Boolean }),
        InQuery("sort_key", "What the list is sorted by.", OneOf("creation_time", "updated_time", "status", "server_id", "action", "name")),
        InQuery("sort_dir", "Upwards or downwards.", OneOf("asc", "desc")),
        InQuery("place", "Where a page begins, as it stands in the link to it.", Text()),
        InQuery("detail", "Whether to say also what Heat does not know, `waiting_for` above all.", new() { Type = JsonSchemaType.Boolean }),
        InQuery("values", "Which input and output values to show: all, none (they are null), or with `••••` in the place of secrets, whoever asks.",
            OneOf("true", "false", "masked")),
        InQuery("deployments", "What becomes of the deployments that the server has in progress; absent, it is not removed when there are any.", OneOf("fail", "delete")),
        InQuery("wait", "For how many seconds to wait, 300 at most. The answer has the details then.", new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
        InQuery("timeout", "For how many seconds to wait.",
            new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "300", Default = WaitQuery.StandardTimeout }),
        InQuery("at_least", "How many deployments there must be.", new() { Type = JsonSchemaType.Integer, Minimum = "1", Default = 1 }),
        InQuery("fail_fast", "Whether to answer at the first failure, and not only at the end of all.", new() { Type = JsonSchemaType.Boolean, Default = false }),
        InHeader("If-None-Match", "The `ETag` of the state that is known already; `*` for any.", Text()),
        InQuery("deployment_id", "Only the events of this deployment; an empty one filters nothing.", new() { Type = JsonSchemaType.String }),
        InQuery("last_event_id", "As the header `Last-Event-ID`, for clients that cannot set it.", new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
        InHeader("Last-Event-ID", "The id of the last event that was received: the stream goes on behind it.", new() { Type = JsonSchemaType.Integer, Minimum = "0" }),
        InHeader("If-Match", "The `ETag` of the state that is to be changed; `*` for any.", new() { Type = JsonSchemaType.String }),
        InHeader("Idempotency-Key", "A text of the client's own, such as a new UUID, under which the request is done once. Where it is not named it is ignored.",
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

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema OneOf(params string[] words) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => JsonValue.Create(word))] };

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
