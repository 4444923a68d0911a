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
        deployments.MapPost("/", Create).Requires(Operation.Change("software_deployments:create"));
        deployments.MapGet("/", List).Requires(Operation.Read("software_deployments:index"));
        deployments.MapGet("/{deployment_id}", Show).Requires(ShowOperation);
        deployments.MapPut("/{deployment_id}", Update).Requires(UpdateOperation).WithMetadata(new ResourceLookup(Missing));
        deployments.MapDelete("/{deployment_id}", Delete).Requires(Operation.Change("software_deployments:delete"));
        deployments.MapGet("/metadata/{server_id}", Metadata).Requires(MetadataOperation);
    }

    private static async Task<Results<Answer<DeploymentEnvelope>, Fault>> Create(
        [FromRoute(Name = "project_id")] string projectId, CreateDeployment body, IDeploymentStore deployments) =>
        await deployments.CreateAsync(projectId, body) is { } created
            ? Answer.Ok(new DeploymentEnvelope(DeploymentView.Of(created)))
            : ConfigIsGone(body.ConfigId!);

    private static ListAnswer<DeploymentList, DeploymentView> List(
        [FromRoute(Name = "project_id")] string projectId,
        [FromQuery(Name = "server_id")] string? serverId,
        Paging paging,
        IDeploymentStore deployments) =>
        new("software_deployments", ["software_deployments_links"], paging,
            page => deployments.List(projectId, string.IsNullOrEmpty(serverId) ? null : serverId, page));

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

    private static async Task<Results<NoContent, Fault>> Delete(
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        IDeploymentStore deployments) =>
        await deployments.DeleteAsync(projectId, deploymentId) ? TypedResults.NoContent() : NotFound(deploymentId);

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

    private static Fault NotFound(string deploymentId) => Fault.NotFound($"Deployment with id {deploymentId} not found");

    private static Fault ConfigIsGone(string configId) =>
        Fault.BadRequest($"config_id: no software config with id {configId} is in this project.");
}
