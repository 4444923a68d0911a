using System.Text.Json;
using System.Text.Json.Nodes;
using DeploymentService.Http;

namespace DeploymentService.Host.OpenApi;

/// <summary>A typical fault of a route, as the service really words it.</summary>
internal static class FaultExamples
{
    private static readonly Fault PreconditionFailed = Deployments.DeploymentEndpoints.PreconditionFailed(Examples.Deployment);
    private static readonly Fault NoSubject = Fault.BadRequest("X-Subject-Token: is required: the token that the request is about.");
    private static readonly Fault UnknownSubject = Fault.NotFound("This is not a recognized token: it never was one, or it has ended.");
    private static readonly Fault ForeignSubject = new(403, "Forbidden", "You are not authorized to look at the token of another user.");

    private static readonly Dictionary<(string OperationId, int Status), Fault> All = new()
    {
        [("createDeployment", 400)] = Fault.BadRequest($"config_id: no software config with id {Examples.Config} is in this project; status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case."),
        [("updateDeployment", 400)] = Fault.BadRequest("output_values: must be an object; status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case."),
        [("showDeployment", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("updateDeployment", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("deleteDeployment", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("runDeployment", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("signalDeployment", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("showDeployment", 400)] = Fault.BadRequest("wait: must be a whole number of seconds; detail: must be true or false."),
        [("listServers", 400)] = Fault.BadRequest("limit: must be a whole number that is not negative."),
        [("streamEvents", 400)] = Fault.BadRequest("Last-Event-ID: must be the id of an event, a whole number."),
        [("waitForDeployments", 400)] = Fault.BadRequest("confg_id: unknown; this call takes server_id, config_id, name, action, changed_since, q, rollout_id, timeout, at_least, fail_fast, progress."),
        [("listDeploymentRuns", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("showDeploymentRun", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("listDeploymentEvents", 404)] = Fault.NotFound($"Deployment with id {Examples.Deployment} not found"),
        [("createDeployment", 409)] = Idempotency.IdempotencyKey.Conflict,
        [("createConfig", 409)] = Idempotency.IdempotencyKey.Conflict,
        [("runDeployment", 409)] = Idempotency.IdempotencyKey.Conflict,
        [("runDeployment", 400)] = Fault.BadRequest($"{Idempotency.IdempotencyKey.Header}: must have 1 to {Idempotency.IdempotencyKey.LongestKey} printable characters."),
        [("updateDeployment", 412)] = PreconditionFailed,
        [("deleteDeployment", 412)] = PreconditionFailed,
        [("createAgentUrl", 400)] = Fault.BadRequest("rotate: must be true or false."),
        [("createConfig", 400)] = Fault.BadRequest("inputs[0].type: must be String, Number, CommaDelimitedList, Json, Boolean."),
        [("showConfig", 404)] = Fault.NotFound($"Software config with id {Examples.Config} not found"),
        [("deleteConfig", 404)] = Fault.NotFound($"Software config with id {Examples.Config} not found"),
        [("deleteConfig", 409)] = Fault.Referenced($"Software config with id {Examples.Config} can not be deleted as it is referenced."),
        [("createRollout", 400)] = Fault.BadRequest("servers: is empty: name one server at least; max_failure_percent: must be a whole number from 0 to 100."),
        [("listAuditEvents", 400)] = Fault.BadRequest("limit: must be a whole number that is not negative."),
        [("listRollouts", 400)] = Fault.BadRequest("limit: must be a whole number that is not negative."),
        [("listRolloutServers", 400)] = Fault.BadRequest("limit: must be a whole number that is not negative."),
        [("createRollout", 409)] = Rollouts.RolloutEndpoints.NameIsInProgress("web 42", Examples.Rollout),
        [("retryRollout", 409)] = Rollouts.RolloutEndpoints.NameIsInProgress("web 42", null),
        [("showRollout", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("listRolloutServers", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("listRolloutEvents", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("waitForRollout", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("pauseRollout", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("resumeRollout", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("beginNextBatch", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("abortRollout", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("retryRollout", 404)] = Rollouts.RolloutEndpoints.NotFound(Examples.Rollout),
        [("createWebhook", 400)] = Fault.BadRequest("events[0]: must be one of deployment.*, rollout.*, server.* or a type of these; url: must be an absolute URL that begins with https:// or http://."),
        [("updateWebhook", 400)] = Fault.BadRequest("url: leads to 10.0.0.1, which is not public: an operator may allow its network in Webhooks:AllowedNetworks."),
        [("redeliverWebhook", 400)] = Fault.BadRequest("again: must be true or false."),
        [("testWebhook", 409)] = Webhooks.DeliveryEndpoints.IsOff,
        [("redeliverWebhook", 409)] = Webhooks.DeliveryEndpoints.IsDelivered,
        [("showWebhook", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("updateWebhook", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("deleteWebhook", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("rotateWebhookSecret", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("testWebhook", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("listWebhookDeliveries", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("redeliverWebhook", 404)] = Webhooks.WebhookEndpoints.NotFound(Examples.Webhook),
        [("createToken", 400)] = Fault.BadRequest("role: must be reader, member, admin or agent."),
        [("revokeToken", 404)] = Fault.NotFound($"Token with id {Examples.Token} not found"),
        [("signIn", 400)] = Fault.BadRequest("auth.identity.methods: is required: [\"password\"] or [\"token\"]."),
        [("signIn", 429)] = Auth.Sessions.FailedSignIns.TooMany,
        [("showIdentityToken", 400)] = NoSubject,
        [("showIdentityToken", 403)] = ForeignSubject,
        [("showIdentityToken", 404)] = UnknownSubject,
        [("signOut", 400)] = NoSubject,
        [("signOut", 403)] = ForeignSubject,
        [("signOut", 404)] = UnknownSubject,
        [("checkHealth", 503)] = Fault.Unavailable("The service cannot write: see its log."),
    };

    /// <summary>The fault of a route with a status.</summary>
    /// <param name="operationId">The route.</param>
    /// <param name="status">The status.</param>
    /// <param name="otherwise">What it is where nothing special is said of the route.</param>
    public static Fault Of(string? operationId, int status, Fault otherwise) => All.GetValueOrDefault((operationId ?? "", status), otherwise);

    /// <summary>The body that a fault is answered with.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="isIdentity">True below <c>/v3</c>.</param>
    public static JsonNode Body(Fault fault, bool isIdentity)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            fault.Write(writer, isIdentity || fault.Status == StatusCodes.Status401Unauthorized);
        }

        return JsonNode.Parse(body.ToArray())!;
    }
}
