using System.Reflection;
using DeploymentService.Auth;
using DeploymentService.Dashboard;
using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Discovery;

/// <summary>What clients ask before they ask for anything: which versions, which build, and whether a template would do.</summary>
public static class DiscoveryEndpoints
{
    /// <summary>The version of the build, with the commit that it was made from where that is known.</summary>
    public static string Revision { get; } =
        typeof(DiscoveryEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Maps the routes outside of any project.</summary>
    public static void MapDiscovery(this IEndpointRouteBuilder routes)
    {
        var discovery = routes.MapGroup("").WithTags("Discovery");
        discovery.MapGet("/", Root).WithName("listVersions");
        discovery.MapGet("/versions", Versions).ExcludeFromDescription();
        discovery.MapGet("/v1", Version).WithName("showVersion");
    }

    /// <summary>Maps the routes of a project.</summary>
    public static void MapProjectDiscovery(this RouteGroupBuilder project)
    {
        var discovery = project.MapGroup("").WithTags("Discovery");
        discovery.MapGet("/build_info", Build).Requires(Permission.ReadOfServer("build_info:build_info")).IgnoresUnknownParameters().WithName("showBuild");
        discovery.MapPost("/validate", Validate).Requires(Permission.Change("stacks:validate_template")).IgnoresUnknownParameters().WithName("validateTemplate");
    }

    /// <summary>List the versions of the API</summary>
    /// <remarks>A browser, which asks for HTML, is sent to the board at <c>/dashboard</c> instead.</remarks>
    /// <response code="300">The versions; there is one.</response>
    private static Results<MultipleChoices, RedirectHttpResult> Root(HttpContext http)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        return DashboardEndpoints.IsAskedFor(http.Request) ? DashboardEndpoints.Redirect() : Versions(http);
    }

    private static MultipleChoices Versions(HttpContext http) => new(new ApiVersions([Current(http)]));

    /// <summary>Show the version of the API</summary>
    /// <response code="200">The version.</response>
    private static OkJson<ApiVersionDocument> Version(HttpContext http) => OkJson.Of(new ApiVersionDocument(Current(http)));

    /// <summary>Show the build</summary>
    /// <remarks>The build that answers, in Heat's two parts.</remarks>
    /// <response code="200">The build.</response>
    private static OkJson<BuildInfo> Build() => OkJson.Of(new BuildInfo(new Revision(Revision), new Revision(Revision)));

    /// <summary>Validate a template</summary>
    /// <remarks>The stock command line sends a small template here before every config it creates; any JSON object will do.</remarks>
    /// <response code="200">What Heat answers of a template without parameters.</response>
    private static OkJson<ValidatedTemplate> Validate(AnyTemplate _) => OkJson.Of(new ValidatedTemplate());

    private static ApiVersion Current(HttpContext http) =>
        new("v1.0", "CURRENT", [new Link("self", $"{PublicAddress.Of(http)}/v1/")]);

    internal sealed class MultipleChoices(ApiVersions versions) : IResult, IEndpointMetadataProvider
    {
        public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
            builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status300MultipleChoices, typeof(ApiVersions), ["application/json"]));

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var json = httpContext.RequestServices.GetRequiredService<WireJson>();
            return JsonResponseWriter.WriteAsync(httpContext, StatusCodes.Status300MultipleChoices, (json, versions), static (writer, state) => state.json.Write(writer, state.versions));
        }
    }
}
