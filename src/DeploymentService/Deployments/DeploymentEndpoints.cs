using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using DeploymentService.Limits;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Deployments;

/// <summary>The deployments of a project. Their heart is the update, by which an agent reports what became of one.</summary>
public static class DeploymentEndpoints
{
    private static readonly Permission ShowPermission = Permission.ReadOfServer("software_deployments:show");
    private static readonly Permission UpdatePermission = Permission.ChangeOfServer("software_deployments:update");
    private static readonly Permission DeletePermission = Permission.Change("software_deployments:delete");

    /// <summary>Maps the routes.</summary>
    public static void MapDeployments(this RouteGroupBuilder project)
    {
        var deployments = project.MapGroup("/software_deployments").WithTags("Software deployments");
        deployments.MapPost("/", Create).Requires(Permission.Change("software_deployments:create")).IgnoresUnknownParameters().WithName("createDeployment");
        deployments.MapGet("/", List).Requires(Permission.Read("software_deployments:index"))
            .IgnoresUnknownParameters("server_id", "limit", "marker").WithName("listDeployments");
        deployments.MapGet("/{deployment_id}", Show).Requires(ShowPermission).IgnoresUnknownParameters().WithName("showDeployment");
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
    /// <response code="409">The <c>Idempotency-Key</c> was used with another body.</response>
    [Reads(ParameterLocation.Header, IdempotencyKey.Header)]
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, Fault>> Create(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, CreateDeployment body, IDeploymentStore deployments)
    {
        var (outcome, created) = await deployments.CreateAsync(projectId, body, Actor.Of(http));
        return outcome switch
        {
            CreationOutcome.Created => Tagged(http, created!),
            CreationOutcome.KeyOfAnotherBody => IdempotencyKey.Conflict,
            _ => ConfigIsGone(body.ConfigId!),
        };
    }

    /// <summary>List deployments</summary>
    /// <remarks>
    /// Oldest first, or in the order that `sort_key` and `sort_dir` say; only those that fit all filters. With `wait` the answer comes when all of these are
    /// complete or failed, including those that are created meanwhile, or when the time is over.
    /// </remarks>
    /// <response code="200">The deployments, with a link to the next page where `limit` cut the list.</response>
    private static async Task<PagedResult<DeploymentList, DeploymentView>> List(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        DeploymentListQuery query,
        Paging paging,
        IDeploymentStore deployments,
        DeploymentSearch found,
        FilterWaits waits,
        HeavyReads heavy,
        DeploymentRedaction redaction)
    {
        var caller = Caller.Of(http);
        if (query.IsPlain)
        {
            if (HeavyReads.IsBeyondPage(paging))
            {
                await heavy.BeginAsync(http);
            }

            return Listed(async page => await redaction.ForAsync(caller, projectId, await deployments.ListAsync(projectId, query.Filter.ServerId, page)));
        }

        await found.WaitAsync(http.RequestAborted);
        if (query.Wait is { } wait)
        {
            await waits.WaitAsync(http, projectId, WaitGoal.EndOf(query.Filter), wait.Span);
        }

        // Not before the wait, which is no work.
        if (query.IsSearch || HeavyReads.IsBeyondPage(paging))
        {
            await heavy.BeginAsync(http, hasWaited: query.Wait is not null);
        }

        return Listed(await found.FindAsync(projectId, query, paging, view => redaction.ForAsync(caller, projectId, view, query.Values), http.RequestAborted));

        PagedResult<DeploymentList, DeploymentView> Listed(Func<Paging, ValueTask<ListChunk<DeploymentView>>> read) =>
            new("software_deployments", ["software_deployments_links"], paging, read);
    }

    /// <summary>Show a deployment</summary>
    /// <remarks>
    /// With `wait` the answer comes as soon as the deployment is complete or failed, or when the time is over, and then as it is. With `If-None-Match`, the
    /// `ETag` of an earlier answer, it comes with any change instead; 304 when there is none. A reader gets `••••` in the place of secrets: of inputs that are
    /// hidden, and of whatever the names of inputs and outputs, at any depth, say to be one. With `values=masked` everybody does.
    /// </remarks>
    /// <response code="200">The deployment.</response>
    /// <response code="304">What <c>If-None-Match</c> names is still what this request would get.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    /// <response code="404">The project has no such deployment.</response>
    [Reads(ParameterLocation.Header, "If-None-Match")]
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, StatusCodeHttpResult, Fault>> Show(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        ShowQuery query,
        IDeploymentStore deployments,
        DeploymentWaits waits,
        DetailEnricher details,
        DeploymentRedaction redaction)
    {
        var caller = Caller.Of(http);
        var known = ETagCondition.Read(http.Request.Headers.IfNoneMatch);
        var deployment = await deployments.FindAsync(projectId, deploymentId);
        if (deployment is not null && !caller.MayActFor(deployment.ServerId))
        {
            return Fault.Forbidden(ShowPermission.Name);
        }

        if (deployment is not null && query.Wait is { } wait)
        {
            deployment = await WaitAsync(http, projectId, deploymentId, known, wait, waits);
        }

        if (deployment is null)
        {
            return NotFound(deploymentId);
        }

        var tag = DeploymentETag.Of(deployment.Revision, query.Values, caller);
        // Who only waits, and knows an answer without details, asks about the state alone.
        var hasDetails = query.Detail && !(query.IsForStateAlone && known?.Names(tag) == true);
        if (!hasDetails && known?.Matches(tag) == true)
        {
            http.Response.Headers.ETag = tag;
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var view = DeploymentView.Of(deployment).With(query.Values);
        if (hasDetails)
        {
            await details.WaitAsync(http.RequestAborted);
            view = await details.AddAsync(view, deployment);
        }

        view = await redaction.ForAsync(caller, projectId, view, query.Values);
        if (hasDetails)
        {
            // Of what is shown: a hash of more would be a way to guess it.
            tag = DeploymentETag.OfDetails(deployment.Revision, DetailHash.Of(view, query.Values, caller, http.RequestServices.GetRequiredService<WireJson>()));
        }

        http.Response.Headers.ETag = tag;
        return known?.Matches(tag) == true ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : OkJson.Of(new DeploymentEnvelope(view));
    }

    // By itself, so that who does not wait pays for nothing of it.
    private static async Task<SoftwareDeployment?> WaitAsync(
        HttpContext http, string projectId, string deploymentId, ETagCondition? known, WaitTime wait, DeploymentWaits waits)
    {
        using var place = http.RequestServices.GetRequiredService<WaitLimit>().Take(http);
        return await TokenWatch.Of(http).WhileGoodAsync(
            http, end => waits.WaitAsync(projectId, deploymentId, now => known is null ? now.IsTerminal : !known.Matches(now.Revision), wait, end));
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
