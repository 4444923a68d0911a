using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using DeploymentService.Limits;
using DeploymentService.Quotas;
using DeploymentService.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Deployments;

/// <summary>The deployments of a project. Their heart is the update, by which an agent reports what became of one.</summary>
public static class DeploymentEndpoints
{
    private static readonly Permission UpdatePermission = Permission.ChangeOfServer("software_deployments:update");
    private static readonly Permission DeletePermission = Permission.Change("software_deployments:delete");

    /// <summary>Maps the routes.</summary>
    /// <param name="project">The routes of a project.</param>
    /// <param name="mapReads">Maps the list and a single deployment, which are of more than the rows. In the document they stand behind the creation.</param>
    public static void MapDeployments(this RouteGroupBuilder project, Action<RouteGroupBuilder> mapReads)
    {
        var deployments = project.MapGroup("/software_deployments").WithTags("Software deployments");
        deployments.MapPost("/", Create).Requires(Permission.Change("software_deployments:create")).IgnoresUnknownParameters().WithName("createDeployment");
        mapReads(deployments);
        deployments.MapPut("/{deployment_id}", Update).Requires(UpdatePermission).WithMetadata(new ResourceLookup(MissingAsync)).AuditRejectedReports().TakesReports(isOfAgentsAlone: true)
            .IgnoresUnknownParameters().WithName("updateDeployment");
        deployments.MapDelete("/{deployment_id}", Delete).Requires(DeletePermission).IgnoresUnknownParameters().WithName("deleteDeployment");
    }

    /// <summary>Create a deployment</summary>
    /// <remarks>
    /// Brings a config of the project to a server. The server's agent finds it under its metadata. With the header <c>Idempotency-Key</c> a request that is
    /// sent again within a day creates nothing new and gets the first answer.
    /// </remarks>
    /// <response code="200">The deployment, as it was stored.</response>
    /// <response code="403">Or the project may have no more: the message says of what.</response>
    /// <response code="409">The <c>Idempotency-Key</c> was used with another body.</response>
    [Reads(ParameterLocation.Header, IdempotencyKey.Header)]
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, Fault>> Create(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, CreateDeployment body, IDeploymentStore deployments, IdempotencyStore keys, ProjectQuotas quotas)
    {
        var wish = new QuotaWish { Deployments = 1, Servers = [body.ServerId!], Bytes = body.InputValues?.Utf8.Length ?? 0 };
        using var room = await keys.HoldAsync(projectId, InsertDeployment.Operation, body.Idempotency, () => quotas.HoldAsync(projectId, wish, http.RequestAborted));
        var (outcome, created) = await deployments.CreateAsync(projectId, body, Actor.Of(http));
        room.Keep();
        return outcome switch
        {
            CreationOutcome.Created => Tagged(http, created!),
            CreationOutcome.KeyOfAnotherBody => IdempotencyKey.Conflict,
            _ => ConfigIsGone(body.ConfigId!),
        };
    }

    /// <summary>Update a deployment</summary>
    /// <remarks>
    /// By this an agent reports what became of a deployment. A field that is absent, null or empty leaves alone what is stored; a field with
    /// something in it replaces it as a whole. <c>updated_time</c> moves with every update. Without a <c>status</c>, another config, action or other input
    /// values are run at once, also where the deployment has ended; with one the caller decides. A broken body is 400 before the deployment is looked
    /// up; a field that does not fit is 400 after. With <c>If-Match</c>, the <c>ETag</c> of an earlier answer, nothing is changed when the deployment has
    /// moved on since.
    /// </remarks>
    /// <response code="200">The deployment, as it is stored now.</response>
    /// <response code="403">An agent may do it for its own server only, and may not choose another config.</response>
    /// <response code="404">The project has no such deployment.</response>
    /// <response code="412">The deployment is no longer in the state that <c>If-Match</c> names.</response>
    [Reads(ParameterLocation.Header, "If-Match")]
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, Fault>> Update(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        UpdateDeployment body,
        IDeploymentStore deployments)
    {
        var caller = Caller.Of(http);
        if (caller.ServerId is not null && body.ConfigId is not null
            && await deployments.FindAsync(projectId, deploymentId) is { } current && current.ConfigId != body.ConfigId)
        {
            return Fault.Forbidden(UpdatePermission.Name);
        }

        var (outcome, updated) = await deployments.UpdateAsync(
            projectId, deploymentId, body, new(caller.ServerId, ETagCondition.Read(http.Request.Headers.IfMatch)), Actor.Of(http));
        return outcome switch
        {
            UpdateOutcome.Updated => Tagged(http, updated!),
            UpdateOutcome.ConfigIsGone => ConfigIsGone(body.ConfigId!),
            _ => ErrorOf(outcome, UpdatePermission, deploymentId),
        };
    }

    /// <summary>Delete a deployment</summary>
    /// <remarks>The config stays, and so does the deployment's history until it is purged. <c>If-Match</c> as with an update.</remarks>
    /// <response code="204">The deployment is gone.</response>
    /// <response code="404">The project has no such deployment.</response>
    /// <response code="412">The deployment is no longer in the state that <c>If-Match</c> names.</response>
    [Reads(ParameterLocation.Header, "If-Match")]
    private static async Task<Results<NoContent, Fault>> Delete(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        IDeploymentStore deployments)
    {
        var precondition = new UpdatePrecondition(OnlyServer: null, ETagCondition.Read(http.Request.Headers.IfMatch));
        var outcome = await deployments.DeleteAsync(projectId, deploymentId, precondition, Actor.Of(http));
        return outcome == UpdateOutcome.Deleted ? TypedResults.NoContent() : ErrorOf(outcome, DeletePermission, deploymentId);
    }

    private static async ValueTask<Fault?> MissingAsync(HttpContext http)
    {
        var deploymentId = (string)http.GetRouteValue("deployment_id")!;
        var deployments = http.RequestServices.GetRequiredService<IDeploymentStore>();
        return await deployments.FindAsync((string)http.GetRouteValue("project_id")!, deploymentId) is null ? NotFound(deploymentId) : null;
    }

    /// <summary>404 of a deployment.</summary>
    internal static Fault NotFound(string deploymentId) => Fault.NotFound($"Deployment with id {deploymentId} not found");

    /// <summary>412 of a deployment.</summary>
    internal static Fault PreconditionFailed(string deploymentId) => Fault.PreconditionFailed(
        $"Deployment with id {deploymentId} is no longer in the state that If-Match names: show it again and decide anew.");

    /// <summary>The deployment, with the tag of its state.</summary>
    internal static OkJson<DeploymentEnvelope> Tagged(HttpContext http, SoftwareDeployment deployment)
    {
        http.Response.Headers.ETag = DeploymentETag.Of(deployment.Revision);
        return OkJson.Of(new DeploymentEnvelope(DeploymentView.Of(deployment)));
    }

    private static Fault ErrorOf(UpdateOutcome outcome, Permission operation, string deploymentId) => outcome switch
    {
        UpdateOutcome.OtherServer => Fault.Forbidden(operation.Name),
        UpdateOutcome.PreconditionFailed => PreconditionFailed(deploymentId),
        _ => NotFound(deploymentId),
    };

    private static Fault ConfigIsGone(string configId) =>
        Fault.BadRequest($"config_id: no software config with id {configId} is in this project.");
}
