using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Auth.Sessions;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Idempotency;
using DeploymentService.Rollouts;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;
using Microsoft.OpenApi;

namespace DeploymentService.Host.OpenApi;

/// <summary>What the document says of a parameter of a path, query or header; one name means the same on every route.</summary>
internal static class Parameters
{
    private const int LongestName = 255;

    private static readonly OpenApiParameter[] All =
    [
        InPath("project_id", "The project: 1 to 64 letters, digits, `-` or `_`.", Examples.Project, Text(least: 1, most: 64, pattern: "^[A-Za-z0-9_-]{1,64}$")),
        InPath("deployment_id", "The UUID of the deployment. One that the project does not have, or that is no UUID, is 404.", Examples.Deployment, Text(least: 1)),
        InPath("config_id", "The UUID of the config. One that the project does not have, or that is no UUID, is 404.", Examples.Config, Text(least: 1)),
        InPath("rollout_id", "The UUID of the rollout. One that the project does not have, or that is no UUID, is 404.", Examples.Rollout, Text(least: 1)),
        InPath("token_id", "The UUID of the token. One that the project does not have, or that is no UUID, is 404.", Examples.Token, Text(least: 1)),
        InPath("webhook_id", "The UUID of the webhook. One that the project does not have, or that is no UUID, is 404.", Examples.Webhook, Text(least: 1)),
        InPath("delivery_id", "The id of the delivery, as in its header `webhook-id`. One that the webhook does not have is 404.", Examples.Delivery, Text(least: 1)),
        InPath("number", "The number of the run: 1 is the first.", 1, Whole("int64", 1)),
        InPath("server_id", "The server, percent-encoded where its name has characters such as a slash. It need not have a deployment.", Examples.Server, Text(1, LongestName)),

        InQuery("server_id", "Only what belongs to this server. For deployments `server_id~` in its place: only those of servers with this text in their id, in upper or lower case.", Text(most: LongestName)),
        InQuery("config_id", "Only the deployments of this config.", Text()),
        InQuery("deployment_id", "Only the events of this deployment.", Text()),
        InQuery("name", "Only the deployments of configs with this name. In lists and counts `name~` in its place: with this text in it, in upper or lower case.", Text(most: LongestName)),
        InQuery("status", "Only the deployments with this status, or with one of several: with commas between them, or given several times.", Statuses(), explode: false),
        InQuery("action", "Only the deployments with this action. In lists and counts `action~` in its place: with this text in it, in upper or lower case.", Text(most: LongestName)),
        InQuery("reason", "Only the deployments whose reason means the same as this one, or as this `key` of a group of reasons: numbers, ids, paths, times and quoted values may differ.", Text()),
        InQuery("changed_since", "Only the deployments that were created or updated at this time or later, such as `2026-11-23T13:26:51Z`.", Time()),
        InQuery("changed_before", "Only the deployments that were created, or last updated, before this time.", Time()),
        InQuery("q", "Only those with this text in them, in upper or lower case: of deployments in their reason, their id, the id of their server or the name of their config.", Text()),
        InQuery("outputs", "`true` beside `q`: also those with this text in what their servers reported. Slower: the answer says how many were looked at.", Flag()),
        InQuery("with_count", "`true`: the answer says also how many there are on all pages together.", Flag()),
        InQuery("format", "As what the list is sent; `json` when absent. In a `csv` a cell that begins with `=`, `+`, `-` or `@` has an apostrophe before it, so that no spreadsheet calculates it; input and output values are in it only with `values=true` or `values=masked`.",
            OneOf(DeploymentListQuery.FormatWords)),
        InQuery("group_by", "What the deployments of a group have in common.", OneOf(SummaryQuery.KeyWords)),
        InQuery("overdue", "`true`: only the deployments that are overdue; `false`: only the others.", Flag()),
        InQuery("rollout_id", "Only the deployments whose present execution this rollout has begun.", Text()),
        InQuery("silent", "`true`: only the servers that are silent; `false`: only the others.", Flag()),
        InQuery("sort_key", "What the list is sorted by; `creation_time` when absent.", OneOf(DeploymentOrder.KeyWords)),
        InQuery("sort_dir", "Ascending or descending; `asc` when absent.", OneOf(DeploymentOrder.DirectionWords)),
        InQuery(SortCursor.Parameter, "Where the page begins, exactly as in the link to it. Only for a list that is sorted.", Text()),
        InQuery("detail", "Whether the answer has what Heat does not know of a deployment, such as `waiting_for`.", Flag()),
        InQuery("values", "Which input and output values the answer has: all, none (they are null), or all with `••••` in the place of secrets, whoever asks.",
            OneOf(["true", "false", "masked"])),
        InQuery("deployments", "What becomes of the deployments that the server has in progress. When absent, a server that has any is not removed.", OneOf(["fail", "delete"])),
        InQuery(WaitTime.Parameter, "How many seconds to wait. The answer has the details then.", Whole("int32", 0, WaitTime.Longest)),
        InQuery("timeout", $"How many seconds to wait; {WaitQuery.StandardTimeout} when absent.", Whole("int32", 1, WaitTime.Longest)),
        InQuery("at_least", "How many deployments there must be; 1 when absent.", Whole("int32", 1, int.MaxValue)),
        InQuery("progress", "Whether lines of JSON tell how it goes on; the status is 200 then, and the last line has the outcome.", Flag()),
        InQuery("fail_fast", "Whether to answer at the first failure, and not only when all have ended.", Flag()),
        InQuery("limit", "The largest number of elements to answer; absent for all, or for 50 groups or suggestions. A list that was cut ends with the link to the next page.", Whole("int32", 0, int.MaxValue)),
        InQuery("marker", "The id of the last element of the page before. An unknown id counts as none.", Text()),
        InQuery("global_tenant", "Whether to list all projects. Nobody may: `true` is 403.", Flag()),
        InQuery("nocatalog", "When it is there, the answer has no catalog.", Text()),

        InQuery("subject", $"Only what happened to this: {string.Join(", ", EventSubject.All)}.", OneOf(EventSubject.All)),
        InQuery("kind", "Only where this happened: the word behind the dot in `event`, such as `created`.", Text()),
        InQuery("actor", "Only what was done with a token of this name.", Text()),
        InQuery("since", "Only what happened at this time or later, such as `2026-11-23T13:26:51Z`.", Time()),
        InQuery("before", "Only what happened before this time.", Time()),

        InHeader("If-Match", "The `ETag` of the state that is to be changed, several with commas between them, or `*` for any.", Text()),
        InHeader("If-None-Match", "The `ETag` of the state that is known already, several with commas between them, or `*` for any.", Text()),
        InHeader(StreamPosition.Header, "The id of the last event that was received; the stream continues after it. Clients that cannot set a header send the parameter `last_event_id` in the query instead.", Whole("int64", 0)),
        InHeader(IdempotencyKey.Header, "A text that the client makes up, such as a new UUID. The request is carried out once for it.", Text(1, IdempotencyKey.LongestKey)),
        InHeader(SessionEndpoints.Subject, "The secret of the token that the request is about.", Text(least: 1), required: true),
    ];

    // Those whose names mean something else on some routes.
    private static readonly Dictionary<(string Topic, string Name), OpenApiParameter> OfTopics = new()
    {
        [("rollouts", "status")] = InQuery("status", $"Only the rollouts with this status, or with one of several with commas between them: {string.Join(", ", RolloutStatus.All)}.", Text()),
        [("rollouts", "name")] = InQuery("name", "Only the rollouts of this name.", Text(most: LongestName)),
        [("rollouts", "by")] = InQuery("by", "`config`: deployments that were made one by one instead, as if each config had been rolled out.", OneOf(["config", "rollout"])),
        [("rollout_servers", "status")] =
            InQuery("status", $"Only the servers with this status, or with one of several with commas between them: {string.Join(", ", RolloutServerStatus.All)}.", Text()),
    };

    /// <summary>The parameter of a name.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="topic">What it is about, where its name means something else than on other routes.</param>
    /// <exception cref="InvalidOperationException">Nothing is said of it here.</exception>
    public static IOpenApiParameter Of(ParameterLocation place, string name, string? topic = null) =>
        topic is not null ? OfTopics[(topic, name)] : Array.Find(All, parameter => parameter.In == place && parameter.Name == name)
            ?? throw new InvalidOperationException($"The document does not know the parameter {name}: describe it in {nameof(Parameters)}.cs.");

    private static OpenApiSchema Text(int? least = null, int? most = null, string? pattern = null) =>
        new() { Type = JsonSchemaType.String, MinLength = least, MaxLength = most, Pattern = pattern };

    private static OpenApiSchema Time() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    private static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean };

    private static OpenApiSchema Whole(string format, long least, long? most = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = format,
        Minimum = least.ToString(CultureInfo.InvariantCulture),
        Maximum = most?.ToString(CultureInfo.InvariantCulture),
    };

    // Without a default: Swagger UI would send it with every request, and what Heat knows would become what it does not know.
    private static OpenApiSchema OneOf(IEnumerable<string> words) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => JsonValue.Create(word))] };

    // One type for all routes that take it: what generators call a type without a name differs from route to route.
    private static OpenApiSchema Statuses() => new() { Type = JsonSchemaType.Array, Items = new OpenApiSchemaReference(ComponentsDocumentFilter.StatusSchema) };

    private static OpenApiParameter InPath(string name, string description, JsonNode example, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Path, Required = true, Description = description, Example = example, Schema = schema };

    private static OpenApiParameter InHeader(string name, string description, OpenApiSchema schema, bool required = false) =>
        new() { Name = name, In = ParameterLocation.Header, Required = required, Description = description, Schema = schema };

    private static OpenApiParameter InQuery(string name, string description, OpenApiSchema schema, bool? explode = null)
    {
        var parameter = new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };
        if (explode is { } separately)
        {
            parameter.Style = ParameterStyle.Form;
            parameter.Explode = separately;
        }

        return parameter;
    }
}
