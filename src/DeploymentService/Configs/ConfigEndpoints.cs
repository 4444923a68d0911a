using DeploymentService.Auth;
using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Configs;

/// <summary>The configs of a project. A config never changes: there is no update.</summary>
public static class ConfigEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapConfigs(this RouteGroupBuilder project)
    {
        var configs = project.MapGroup("/software_configs").WithTags("Software configs");
        configs.MapPost("/", Create).Requires(Operation.Change("software_configs:create"));
        configs.MapGet("/", List).Requires(Operation.Read("software_configs:index"));
        configs.MapGet("/{config_id}", Show).Requires(Operation.Read("software_configs:show"));
        configs.MapDelete("/{config_id}", Delete).Requires(Operation.Change("software_configs:delete"));
    }

    private static async Task<Answer<ConfigEnvelope>> Create(
        [FromRoute(Name = "project_id")] string projectId, CreateConfig body, ConfigStore configs) =>
        Answer.Ok(new ConfigEnvelope(ConfigView.Of(await configs.CreateAsync(projectId, body))));

    private static Results<ListAnswer<ConfigList, ConfigSummary>, Fault> List(
        [FromRoute(Name = "project_id")] string projectId, Paging paging, [FromQuery(Name = "global_tenant")] string? globalTenant, ConfigStore configs)
    {
        // Heat's policy lets nobody list the configs of all projects, and neither do we.
        if (globalTenant is not null && !bool.TryParse(globalTenant, out _))
        {
            return Fault.BadRequest($"Unrecognized value \"{globalTenant}\" for \"global_tenant\", acceptable values are: true, false.");
        }

        if (globalTenant is not null && bool.Parse(globalTenant))
        {
            return Fault.Forbidden("software_configs:global_index");
        }

        return new ListAnswer<ConfigList, ConfigSummary>(
            "software_configs", ["software_configs_links", "software_config_links"], paging, page => configs.List(projectId, page));
    }

    private static Results<Answer<ConfigEnvelope>, Fault> Show(
        [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "config_id")] string configId, ConfigStore configs) =>
        configs.Find(projectId, configId) is { } config
            ? Answer.Ok(new ConfigEnvelope(ConfigView.Of(config)))
            : NotFound(configId);

    private static async Task<Results<NoContent, Fault>> Delete(
        [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "config_id")] string configId, ConfigStore configs) =>
        await configs.DeleteAsync(projectId, configId) switch
        {
            ConfigDeletion.Deleted => TypedResults.NoContent(),
            ConfigDeletion.InUse => Fault.Referenced($"Software config with id {configId} can not be deleted as it is referenced."),
            _ => NotFound(configId),
        };

    private static Fault NotFound(string configId) => Fault.NotFound($"Software config with id {configId} not found");
}
