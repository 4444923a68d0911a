using System.Text;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using DeploymentService.Limits;
using DeploymentService.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Agents;

/// <summary>What is called with a token for the agents: what a server has to run, its URL, another run, a signal.</summary>
public static class AgentEndpoints
{
    private static readonly Permission MetadataPermission = Permission.ReadOfServer("software_deployments:metadata").OrStackUser();
    private static readonly Permission SignalPermission = Permission.ChangeOfServer("software_deployments:signal").OrStackUser();

    /// <summary>Maps the routes.</summary>
    public static void MapAgents(this RouteGroupBuilder project)
    {
        // As Heat has it, among the deployments.
        project.MapGroup("/software_deployments").WithTags("Software deployments")
            .MapGet("/metadata/{server_id}", Metadata).Requires(MetadataPermission).IgnoresUnknownParameters().WithName("showServerMetadata");
        var agents = project.MapGroup("").WithTags("Agents");
        agents.MapPost("/servers/{server_id}/agent_url", CreateUrl).Requires(Permission.Change("agent_urls:create")).WithName("createAgentUrl");
        agents.MapPost("/software_deployments/{deployment_id}/run", Run).Requires(Permission.Change("software_deployments:run")).WithName("runDeployment");
        // A report is not lost for a parameter that nobody reads.
        agents.MapPost("/software_deployments/{deployment_id}/signal", Signal).Requires(SignalPermission).AuditRejectedReports().TakesReports()
            .IgnoresUnknownParameters().WithName("signalDeployment");
    }

    /// <summary>Show what a server has to run</summary>
    /// <remarks>What an agent asks for: the configs of the server's deployments, ordered by config name, one entry a deployment.</remarks>
    /// <response code="200">The configs; none for a server without deployments.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    private static Results<PartsResult<ServerMetadata>, Fault> Metadata(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, AgentStore agents, FetchRecorder fetches, Redaction redaction)
    {
        // The server's id may have any character, a slash too, so it is read where the client wrote it.
        var serverId = RawPath.LastSegment(http);
        var caller = Caller.Of(http);
        if (!caller.MayActFor(serverId))
        {
            return Fault.Forbidden(MetadataPermission.Name);
        }

        return new PartsResult<ServerMetadata>(async (answer, json) =>
        {
            var entries = await agents.MetadataAsync(projectId, serverId);
            using var handout = caller.IsAgent && !HeadRequests.IsHead(http)
                ? fetches.Begin(projectId, serverId, Actor.Of(http), mayBeNew: caller.ServerId is not null || entries.Count > 0) : null;
            answer.Json.WriteStartObject();
            answer.Json.WriteStartArray("metadata");
            while (await entries.NextAsync(PiecewiseResponse.PieceBytes) is { Count: > 0 } next)
            {
                foreach (var entry in next)
                {
                    if (entry.IsNew)
                    {
                        handout?.Add(entry.Key);
                    }

                    json.Write(answer.Json, redaction.For(caller, ConfigView.ForAgent(entry.Config)));
                    if (!await answer.NextAsync())
                    {
                        return;
                    }
                }
            }

            answer.Json.WriteEndArray();
            answer.Json.WriteEndObject();
            handout?.Complete();
        });
    }

    /// <summary>Create a server's agent URL</summary>
    /// <remarks>
    /// The secret URL that the stock agent of the server polls, and the agent's configuration, ready to be used. Whoever has the URL needs no token.
    /// The URLs to which the agent reports are in what it gets there. Without `rotate`, URLs that were made earlier stay good; with it, also what the agent runs at
    /// that moment can no longer be reported: the report is refused, and the history of the deployment says so.
    /// </remarks>
    /// <response code="200">The URL; it is shown nowhere else.</response>
    private static async Task<OkJson<AgentUrlEnvelope>> CreateUrl(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        CreateAgentUrl body,
        AgentStore agents,
        SignedPath signed,
        TimeProvider time)
    {
        var generation = body.Rotate == true ? await agents.RotateAsync(projectId, body.ServerId) : await agents.GenerationAsync(projectId, body.ServerId);
        var expiry = body.ExpiresIn is { } seconds ? time.GetUtcNow().ToUnixTimeSeconds() + seconds : 0;
        var address = new AgentUrlClaims(projectId, body.ServerId, generation, expiry);
        return OkJson.Of(new AgentUrlEnvelope(AgentUrlView.Of(address, PublicAddress.Of(http) + signed.Sign(address.Path))));
    }

    /// <summary>Run a deployment again</summary>
    /// <remarks>
    /// The server's agent runs it once more: the deployment is in progress again, without outputs, and its timeout begins anew. What became of the run before is
    /// kept among its runs. A body is ignored. With the header <c>Idempotency-Key</c> a request that is sent again within a day runs nothing, and is answered with the deployment as it is by then.
    /// </remarks>
    /// <response code="200">The deployment, in progress.</response>
    /// <response code="404">The project has no such deployment.</response>
    /// <response code="409">The <c>Idempotency-Key</c> was used to run another deployment.</response>
    [Reads(ParameterLocation.Header, IdempotencyKey.Header)]
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, Fault>> Run(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "deployment_id")] string deploymentId, AgentStore agents)
    {
        var request = IdempotencyKey.Of(http, Encoding.UTF8.GetBytes(deploymentId));
        var (outcome, deployment) = await agents.RunAsync(projectId, deploymentId, request, Actor.Of(http));
        return outcome switch
        {
            RunOutcome.Begun => DeploymentEndpoints.Tagged(http, deployment!),
            RunOutcome.KeyOfAnotherRequest => IdempotencyKey.Conflict,
            _ => DeploymentEndpoints.NotFound(deploymentId),
        };
    }

    /// <summary>Signal a deployment</summary>
    /// <remarks>
    /// Reports the outputs of a run, as the server's agent does: a `deploy_status_code` that is not 0, or an output that is declared with
    /// `error_output`, makes the deployment `FAILED`, anything else `COMPLETE`. Of the other members the declared outputs are kept, and always
    /// `deploy_stdout`, `deploy_stderr` and `deploy_status_code`. The reason repeats what failed, up to 64 KiB. A deployment that is not in progress stays as it is.
    /// </remarks>
    /// <response code="200">The deployment, as it is now.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    /// <response code="404">The project has no such deployment.</response>
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, Fault>> Signal(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        SignalBody body,
        IDeploymentStore deployments,
        SignalStore signals)
    {
        // Whose it is never changes, so that it can be asked beforehand.
        if (await deployments.FindAsync(projectId, deploymentId) is { } deployment && !Caller.Of(http).MayActFor(deployment.ServerId))
        {
            return Fault.Forbidden(SignalPermission.Name);
        }

        if (body.Outputs is null)
        {
            return body.ErrorOf!;
        }

        return (await signals.ApplyAsync(projectId, deploymentId, url: null, body.Outputs, body.Repairs, Actor.Of(http))).Deployment is { } current
            ? DeploymentEndpoints.Tagged(http, current)
            : DeploymentEndpoints.NotFound(deploymentId);
    }
}
