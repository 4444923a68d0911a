using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace DeploymentService.Dashboard;

/// <summary>
/// The operators' page: files that come out of the program itself, whatever its working directory. They need no token and know nothing of a
/// project; all that the page shows it asks of the public API, with the token of whoever looks at it.
/// </summary>
public static class DashboardEndpoints
{
    /// <summary>The path of the page, and of its files below it.</summary>
    public const string Path = "/dashboard";

    // Nothing but the service's own files, nothing inline, and no text of an answer can become markup.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    /// <summary>Maps the page and its parts. They are no part of the API.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var dashboard = routes.MapGroup(Path).ExcludeFromDescription().AddEndpointFilter(AddHeaders);
        dashboard.MapGet("", Page);
        dashboard.MapGet("/{**file}", File);
    }

    /// <summary>True of a browser that opens an address: it asks for HTML before anything else, which no client of the API does.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        request.GetTypedHeaders().Accept is [{ } first, ..] && first.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a browser that opened <c>/</c> goes, behind a proxy's prefix too.</summary>
    public static RedirectHttpResult Redirect() => TypedResults.Redirect(Path[1..]);

    // The page names its parts relative to itself: with a slash behind it they would be elsewhere.
    private static IResult Page(HttpContext http) =>
        http.Request.Path.Value!.EndsWith('/') ? TypedResults.Redirect(".." + Path) : File("index.html");

    private static IResult File(string file) => PageFile.All.TryGetValue(file, out var found)
        ? TypedResults.Bytes(found.Content, found.ContentType, entityTag: new EntityTagHeaderValue(found.Tag, isWeak: true))
        : Fault.NoSuchPath;

    private static ValueTask<object?> AddHeaders(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var headers = call.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        // Asked for again each time, and answered 304 until the program is another.
        headers.CacheControl = "no-cache";
        return next(call);
    }
}
