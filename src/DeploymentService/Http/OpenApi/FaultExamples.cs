using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeploymentService.Http.OpenApi;

/// <summary>A typical fault of a route, as the service really words it.</summary>
internal static class FaultExamples
{
    private const string Deployment = "3d5ec2a8-7004-43b6-a7f6-542bdbe9d434";
    private const string Config = "ddee7aca-aa32-4335-8265-d436b20db4f1";
    private const string Token = "c2b7c1d6-6f5f-4f2b-9f0e-0f8a52b7e8d1";

    private static readonly Fault MovedOn = Deployments.DeploymentEndpoints.MovedOn(Deployment);

    private static readonly Dictionary<(string OperationId, int Status), Fault> All = new()
    {
        [("createDeployment", 400)] = Fault.BadRequest($"config_id: no software config with id {Config} is in this project; status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case."),
        [("updateDeployment", 400)] = Fault.BadRequest("output_values: must be an object; status: must be COMPLETE, IN_PROGRESS or FAILED, in upper case."),
        [("showDeployment", 404)] = Fault.NotFound($"Deployment with id {Deployment} not found"),
        [("updateDeployment", 404)] = Fault.NotFound($"Deployment with id {Deployment} not found"),
        [("deleteDeployment", 404)] = Fault.NotFound($"Deployment with id {Deployment} not found"),
        [("runDeployment", 404)] = Fault.NotFound($"Deployment with id {Deployment} not found"),
        [("signalDeployment", 404)] = Fault.NotFound($"Deployment with id {Deployment} not found"),
        [("showDeployment", 400)] = Fault.BadRequest("wait: must be a whole number of seconds; detail: must be true or false."),
        [("listServers", 400)] = Fault.BadRequest("limit: must be a whole number that is not negative."),
        [("streamEvents", 400)] = Fault.BadRequest("Last-Event-ID: must be the id of an event, a whole number."),
        [("waitForDeployments", 400)] = Fault.BadRequest("confg_id: unknown; this call takes server_id, config_id, name, action, changed_since, q, timeout, at_least, fail_fast."),
        [("listDeploymentEvents", 404)] = Fault.NotFound($"Deployment with id {Deployment} not found"),
        [("createDeployment", 409)] = Idempotency.IdempotentRequest.Conflict,
        [("createConfig", 409)] = Idempotency.IdempotentRequest.Conflict,
        [("runDeployment", 409)] = Idempotency.IdempotentRequest.Conflict,
        [("updateDeployment", 412)] = MovedOn,
        [("deleteDeployment", 412)] = MovedOn,
        [("createAgentUrl", 400)] = Fault.BadRequest("rotate: must be true or false."),
        [("createConfig", 400)] = Fault.BadRequest("inputs[0].type: must be String, Number, CommaDelimitedList, Json, Boolean."),
        [("showConfig", 404)] = Fault.NotFound($"Software config with id {Config} not found"),
        [("deleteConfig", 404)] = Fault.NotFound($"Software config with id {Config} not found"),
        [("deleteConfig", 409)] = Fault.Referenced($"Software config with id {Config} can not be deleted as it is referenced."),
        [("createToken", 400)] = Fault.BadRequest("role: must be reader, member, admin or agent."),
        [("revokeToken", 404)] = Fault.NotFound($"Token with id {Token} not found"),
        [("checkHealth", 503)] = Fault.Unavailable("The service cannot write: see its log."),
    };

    /// <summary>The fault of a route with a status.</summary>
    /// <param name="operationId">The route.</param>
    /// <param name="status">The status.</param>
    /// <param name="otherwise">What it is where nothing special is said of the route.</param>
    public static Fault Of(string? operationId, int status, Fault otherwise) => All.GetValueOrDefault((operationId ?? "", status), otherwise);

    /// <summary>The body that a fault is answered with.</summary>
    public static JsonNode Body(Fault fault)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            fault.Write(writer);
        }

        return JsonNode.Parse(body.ToArray())!;
    }
}
