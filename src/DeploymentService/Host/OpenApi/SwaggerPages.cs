using DeploymentService.Http;
using Microsoft.OpenApi;

namespace DeploymentService.Host.OpenApi;

/// <summary>Swagger UI under <c>/swagger</c>, and the document that it shows. Neither asks for a token, and neither is in the document.</summary>
public static class SwaggerPages
{
    /// <summary>The name of the document: it is at <c>/swagger/v1/swagger.json</c>.</summary>
    public const string Document = "v1";

    private const string Path = "/swagger";
    private const string Script = "/page.js";

    // All that the page loads is the service's own. Swagger UI puts styles into the page by script.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves the pages. They are put together at the first request for one, so that neither the start nor another request pays for them.</summary>
    public static void UseSwaggerPages(this IApplicationBuilder app) => app.Use(next =>
    {
        var pages = new Lazy<RequestDelegate>(() => Build(app.New(), next));
        return http => IsPage(http.Request.Path) ? pages.Value(http) : next(http);
    });

    // Swagger UI's own look at the path takes a line break at its end for nothing, and then answers with the break in a header.
    private static bool IsPage(PathString path) =>
        path.StartsWithSegments(Path, StringComparison.Ordinal) && !path.Value!.Any(char.IsControl);

    private static RequestDelegate Build(IApplicationBuilder pages, RequestDelegate next)
    {
        pages.Use((http, inner) =>
        {
            http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return inner(http);
        });
        pages.UseSwagger(options => options.PreSerializeFilters.Add(static (document, request) =>
            document.Servers = [new OpenApiServer { Url = PublicAddress.Of(request.HttpContext) }]));
        pages.Use((http, inner) => http.Request.Path == Path + Script && HttpMethods.IsGet(http.Request.Method) ? SendScriptAsync(http) : inner(http));
        pages.UseSwaggerUI(page => page.IndexStream = () => File("index.html"));
        pages.Run(next);
        return pages.Build();
    }

    private static async Task SendScriptAsync(HttpContext http)
    {
        await using var script = File("page.js");
        http.Response.ContentType = "text/javascript; charset=utf-8";
        http.Response.ContentLength = script.Length;
        // As with the page: a new version of the service must not meet an old script.
        http.Response.Headers.CacheControl = "no-cache";
        await script.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static Stream File(string name) => typeof(SwaggerPages).Assembly.GetManifestResourceStream($"Swagger/{name}")!;
}
