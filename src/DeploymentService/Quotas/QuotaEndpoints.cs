using DeploymentService.Auth;
using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Quotas;

/// <summary>How much a project may have, for its admins.</summary>
public static class QuotaEndpoints
{
    private static readonly Permission Change = Permission.Administer("quotas:update");

    /// <summary>Maps the routes.</summary>
    public static void MapQuotas(this RouteGroupBuilder project)
    {
        var quotas = project.MapGroup("/quotas").WithTags("Fleet");
        quotas.MapGet("/", Show).Requires(Permission.Administer("quotas:show")).WithName("showQuotas");
        quotas.MapPut("/", Update).Requires(Change).WithName("updateQuotas");
        quotas.MapDelete("/", Reset).Requires(Change).WithName("resetQuotas");
    }

    /// <summary>Show the quotas</summary>
    /// <remarks>How much the project may have of each kind, and what the service is set to. How much is used is in the project's usage.</remarks>
    /// <response code="200">The quotas.</response>
    private static async Task<OkJson<QuotaList>> Show([FromRoute(Name = "project_id")] string projectId, QuotaStore quotas) =>
        OkJson.Of(await quotas.ShowAsync(projectId));

    /// <summary>Change quotas</summary>
    /// <remarks>Those that the body names; 0 is for any amount, and null for what the service is set to. What the project has stays, also where it is more.</remarks>
    /// <response code="200">All quotas, as they are now.</response>
    private static async Task<OkJson<QuotaList>> Update(HttpContext http, [FromRoute(Name = "project_id")] string projectId, UpdateQuotas body, QuotaStore quotas)
    {
        await quotas.UpdateAsync(projectId, body.Given, Actor.Of(http));
        return OkJson.Of(await quotas.ShowAsync(projectId));
    }

    /// <summary>Reset the quotas</summary>
    /// <remarks>All of them are what the service is set to.</remarks>
    /// <response code="204">They are.</response>
    private static async Task<NoContent> Reset(HttpContext http, [FromRoute(Name = "project_id")] string projectId, QuotaStore quotas)
    {
        await quotas.UpdateAsync(projectId, QuotaWords.Kinds.ToDictionary(kind => kind, _ => (long?)null), Actor.Of(http));
        return TypedResults.NoContent();
    }
}

/// <summary>The answer with quotas.</summary>
/// <param name="Quotas">All of them.</param>
public sealed record QuotaList(IReadOnlyList<QuotaView> Quotas);

/// <summary>How much a project may have of a kind.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Limit">How much; 0 for any amount.</param>
/// <param name="Default">What the service is set to.</param>
public sealed record QuotaView([property: Http.OpenApi.OneOf(typeof(QuotaWords))] string Name, long Limit, long Default);
