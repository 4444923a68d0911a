using System.Reflection;
using DeploymentService.Auth;
using DeploymentService.Http;

namespace DeploymentService.Discovery;

/// <summary>What clients ask before they ask for anything: which versions, which build, and whether a template would do.</summary>
public static class DiscoveryEndpoints
{
    private static readonly string Revision =
        typeof(DiscoveryEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Maps the routes outside of any project.</summary>
    public static void MapDiscovery(this IEndpointRouteBuilder routes)
    {
        var discovery = routes.MapGroup("").WithTags("Discovery");
        discovery.MapGet("/", Versions);
        discovery.MapGet("/versions", Versions).ExcludeFromDescription();
        discovery.MapGet("/v1", Version);
    }

    /// <summary>Maps the routes of a project.</summary>
    public static void MapProjectDiscovery(this RouteGroupBuilder project)
    {
        var discovery = project.MapGroup("").WithTags("Discovery");
        discovery.MapGet("/build_info", Build).Requires(Operation.ReadOfServer("build_info:build_info"));
        discovery.MapPost("/validate", Validate).Requires(Operation.Change("stacks:validate_template"));
    }

    private static IResult Versions(HttpContext http) => new MultipleChoices(new ApiVersions([Current(http)]));

    private static Answer<ApiVersionDocument> Version(HttpContext http) => Answer.Ok(new ApiVersionDocument(Current(http)));

    private static Answer<BuildInfo> Build() => Answer.Ok(new BuildInfo(new Revision(Revision), new Revision(Revision)));

    // The stock command line sends a small template here before every config it creates; there is nothing in it to check.
    private static Answer<ValidatedTemplate> Validate(AnyTemplate _) => Answer.Ok(new ValidatedTemplate());

    private static ApiVersion Current(HttpContext http) =>
        new("v1.0", "CURRENT", [new Link("self", $"{PublicAddress.Of(http)}/v1/")]);

    private sealed class MultipleChoices(ApiVersions versions) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var json = httpContext.RequestServices.GetRequiredService<WireJson>();
            return JsonAnswer.WriteAsync(httpContext, StatusCodes.Status300MultipleChoices, (json, versions), static (writer, state) => state.json.Write(writer, state.versions));
        }
    }
}
