using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using DeploymentService.Limits;
using DeploymentService.Quotas;
using DeploymentService.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Configs;

/// <summary>The configs of a project. A config never changes: there is no update.</summary>
public static class ConfigEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapConfigs(this RouteGroupBuilder project)
    {
        var configs = project.MapGroup("/software_configs").WithTags("Software configs");
        configs.MapPost("/", Create).Requires(Permission.Change("software_configs:create")).IgnoresUnknownParameters().WithName("createConfig");
        configs.MapGet("/", List).Requires(Permission.Read("software_configs:index"))
            .IgnoresUnknownParameters("limit", "marker", "global_tenant").WithName("listConfigs");
        configs.MapGet("/{config_id}", Show).Requires(Permission.Read("software_configs:show")).IgnoresUnknownParameters().WithName("showConfig");
        configs.MapDelete("/{config_id}", Delete).Requires(Permission.Change("software_configs:delete")).IgnoresUnknownParameters().WithName("deleteConfig");
    }

    /// <summary>Create a config</summary>
    /// <remarks>
    /// A config never changes afterwards. What is sent comes back as it was sent. With the header <c>Idempotency-Key</c> a request that is sent again within
    /// a day creates nothing new and gets the first answer.
    /// </remarks>
    /// <response code="200">The config, as it was stored.</response>
    /// <response code="403">Or the project may have no more: the message says of what.</response>
    /// <response code="409">The <c>Idempotency-Key</c> was used with another body.</response>
    [Reads(ParameterLocation.Header, IdempotencyKey.Header)]
    private static async Task<Results<OkJson<ConfigEnvelope>, Fault>> Create(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, CreateConfig body, ConfigStore configs, IdempotencyStore keys, ProjectQuotas quotas)
    {
        using var room = await keys.HoldAsync(
            projectId, ConfigStore.CreateOperation, body.Idempotency, () => quotas.HoldAsync(projectId, new() { Configs = 1, Bytes = body.Size }, http.RequestAborted));
        var created = await configs.CreateAsync(projectId, body);
        room.Keep();
        return created is null ? IdempotencyKey.Conflict : OkJson.Of(new ConfigEnvelope(ConfigView.Of(created)));
    }

    /// <summary>List configs</summary>
    /// <remarks>Newest first, without what they run.</remarks>
    /// <response code="200">The configs, with a link to the next page where `limit` cut the list.</response>
    private static async Task<Results<PagedResult<ConfigList, ConfigSummary>, Fault>> List(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        Paging paging,
        [FromQuery(Name = "global_tenant")] string? globalTenant,
        ConfigStore configs,
        HeavyReads heavy)
    {
        // Heat's policy lets nobody list the configs of all projects, and neither do we.
        if (string.IsNullOrEmpty(globalTenant))
        {
            globalTenant = null;
        }
        else if (!bool.TryParse(globalTenant, out _))
        {
            return Fault.BadRequest($"Unrecognized value \"{globalTenant}\" for \"global_tenant\", acceptable values are: true, false.");
        }

        if (globalTenant is not null && bool.Parse(globalTenant))
        {
            return Fault.Forbidden("software_configs:global_index");
        }

        await heavy.BeginBeyondPageAsync(http, paging);

        return new PagedResult<ConfigList, ConfigSummary>(
            "software_configs", ["software_configs_links", "software_config_links"], paging, page => configs.ListAsync(projectId, page));
    }

    /// <summary>Show a config</summary>
    /// <remarks>
    /// A reader gets `••••` in the place of the default and the value of an input that is hidden, and of whatever has the name of a secret in inputs, options and in
    /// a config that is an object. A script is shown as it is.
    /// </remarks>
    /// <response code="200">The config, with what it runs.</response>
    /// <response code="404">The project has no such config.</response>
    private static async Task<Results<OkJson<ConfigEnvelope>, Fault>> Show(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "config_id")] string configId, ConfigStore configs, Redaction redaction) =>
        await configs.FindAsync(projectId, configId) is { } config
            ? OkJson.Of(new ConfigEnvelope(redaction.For(Caller.Of(http), ConfigView.Of(config))))
            : NotFound(configId);

    /// <summary>Delete a config</summary>
    /// <response code="204">The config is gone.</response>
    /// <response code="404">The project has no such config.</response>
    /// <response code="409">A deployment, or a rollout in progress, uses the config: delete or abort that first.</response>
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
