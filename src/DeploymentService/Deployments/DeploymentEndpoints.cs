using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Deployments;

/// <summary>The deployments of a project. Their heart is the update, by which an agent reports what became of one.</summary>
public static class DeploymentEndpoints
{
    private static readonly Operation ShowOperation = Operation.ReadOfServer("software_deployments:show");
    private static readonly Operation UpdateOperation = Operation.ChangeOfServer("software_deployments:update");
    private static readonly Operation MetadataOperation = Operation.ReadOfServer("software_deployments:metadata").OrStackUser();

    /// <summary>Maps the routes.</summary>
    public static void MapDeployments(this RouteGroupBuilder project)
    {
        var deployments = project.MapGroup("/software_deployments").WithTags("Software deployments");
        deployments.MapPost("/", Create).Requires(Operation.Change("software_deployments:create")).WithName("createDeployment");
        deployments.MapGet("/", List).Requires(Operation.Read("software_deployments:index")).WithName("listDeployments");
        deployments.MapGet("/{deployment_id}", Show).Requires(ShowOperation).WithName("showDeployment");
        deployments.MapPut("/{deployment_id}", Update).Requires(UpdateOperation).WithMetadata(new ResourceLookup(Missing)).WithName("updateDeployment");
        deployments.MapDelete("/{deployment_id}", Delete).Requires(Operation.Change("software_deployments:delete")).WithName("deleteDeployment");
        deployments.MapGet("/metadata/{server_id}", Metadata).Requires(MetadataOperation).WithName("showServerMetadata");
    }

    /// <summary>Create a deployment</summary>
    /// <remarks>Brings a config of the project to a server. The server's agent finds it under its metadata.</remarks>
    /// <response code="200">The deployment, as it was stored.</response>
    private static async Task<Results<Answer<DeploymentEnvelope>, Fault>> Create(
        [FromRoute(Name = "project_id")] string projectId, CreateDeployment body, IDeploymentStore deployments) =>
        await deployments.CreateAsync(projectId, body) is { } created
            ? Answer.Ok(new DeploymentEnvelope(DeploymentView.Of(created)))
            : ConfigIsGone(body.ConfigId!);

    /// <summary>List deployments</summary>
    /// <remarks>Oldest first: those of the project, or of one server.</remarks>
    /// <response code="200">The deployments, and where a limit cut the list, the link to the next page.</response>
    private static ListAnswer<DeploymentList, DeploymentView> List(
        [FromRoute(Name = "project_id")] string projectId,
        [FromQuery(Name = "server_id")] string? serverId,
        Paging paging,
        IDeploymentStore deployments) =>
        new("software_deployments", ["software_deployments_links"], paging,
            page => deployments.List(projectId, string.IsNullOrEmpty(serverId) ? null : serverId, page));

    /// <summary>Show a deployment</summary>
    /// <response code="200">The deployment.</response>
    /// <response code="403">Or the deployment is one of another server than the agent's.</response>
    /// <response code="404">The project has no such deployment.</response>
    private static Results<Answer<DeploymentEnvelope>, Fault> Show(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        IDeploymentStore deployments)
    {
        if (deployments.Find(projectId, deploymentId) is not { } deployment)
        {
            return NotFound(deploymentId);
        }

        return Caller.Of(http).MayActFor(deployment.ServerId)
            ? Answer.Ok(new DeploymentEnvelope(DeploymentView.Of(deployment)))
            : Fault.Forbidden(ShowOperation.Name);
    }

    /// <summary>Update a deployment</summary>
    /// <remarks>
    /// By this an agent reports what became of a deployment. A field that is absent, null or empty leaves alone what is stored; a field with
    /// something in it replaces it as a whole. <c>updated_time</c> moves with every update. A broken body is 400 before the deployment is looked
    /// up; a field that does not fit is 400 after.
    /// </remarks>
    /// <response code="200">The deployment, as it is stored now.</response>
    /// <response code="403">Or an agent asks for another config, or for a deployment of another server than its own.</response>
    /// <response code="404">The project has no such deployment.</response>
    private static async Task<Results<Answer<DeploymentEnvelope>, Fault>> Update(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        UpdateDeployment body,
        IDeploymentStore deployments)
    {
        var caller = Caller.Of(http);
        if (caller.ServerId is not null && body.ConfigId is not null
            && deployments.Find(projectId, deploymentId) is { } current && current.ConfigId != body.ConfigId)
        {
            return Fault.Forbidden(UpdateOperation.Name);
        }

        var (updated, configIsGone) = await deployments.UpdateAsync(projectId, deploymentId, body, onlyServer: caller.ServerId);
        if (updated is not null)
        {
            return Answer.Ok(new DeploymentEnvelope(DeploymentView.Of(updated)));
        }

        if (configIsGone)
        {
            return ConfigIsGone(body.ConfigId!);
        }

        return caller.ServerId is not null && deployments.Find(projectId, deploymentId) is not null
            ? Fault.Forbidden(UpdateOperation.Name)
            : NotFound(deploymentId);
    }

    /// <summary>Delete a deployment</summary>
    /// <remarks>The config stays.</remarks>
    /// <response code="204">The deployment is gone.</response>
    /// <response code="404">The project has no such deployment.</response>
    private static async Task<Results<NoContent, Fault>> Delete(
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        IDeploymentStore deployments) =>
        await deployments.DeleteAsync(projectId, deploymentId) ? TypedResults.NoContent() : NotFound(deploymentId);

    /// <summary>Show what a server has to run</summary>
    /// <remarks>What an agent asks for: the configs of the server's deployments, ordered by config name, one entry a deployment.</remarks>
    /// <response code="200">The configs; none for a server without deployments.</response>
    /// <response code="403">Or the server is another than the agent's.</response>
    private static Results<Answer<ServerMetadata>, Fault> Metadata(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, IDeploymentStore deployments)
    {
        // The server's id may have any character, a slash too, so it is read where the client wrote it.
        var serverId = RawPath.LastSegment(http);
        return Caller.Of(http).MayActFor(serverId)
            ? Answer.Ok(new ServerMetadata([.. deployments.Metadata(projectId, serverId).Select(ConfigView.ForAgent)]))
            : Fault.Forbidden(MetadataOperation.Name);
    }

    private static Fault? Missing(HttpContext http)
    {
        var deploymentId = (string)http.GetRouteValue("deployment_id")!;
        var deployments = http.RequestServices.GetRequiredService<IDeploymentStore>();
        return deployments.Find((string)http.GetRouteValue("project_id")!, deploymentId) is null ? NotFound(deploymentId) : null;
    }

    /// <summary>404 of a deployment.</summary>
    internal static Fault NotFound(string deploymentId) => Fault.NotFound($"Deployment with id {deploymentId} not found");

    private static Fault ConfigIsGone(string configId) =>
        Fault.BadRequest($"config_id: no software config with id {configId} is in this project.");
}
