using DeploymentService.Auth;

namespace DeploymentService.Http.OpenApi;

/// <summary>Swagger UI under <c>/swagger</c>, and the document that it shows. Neither asks for a token, and neither is in the document.</summary>
public static class SwaggerPages
{
    /// <summary>The name of the document: it is at <c>/swagger/v1/swagger.json</c>.</summary>
    public const string Document = "v1";

    private const string Path = "/swagger";

    // All that the page loads is the service's own. Swagger UI puts styles into the page by script.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // To a request of a page no 401 offers Basic, at which the browser would open a dialogue and the page's request hang. Swagger UI's own hook for headers
    // would need a policy that lets text become script.
    private const string Script = "page.js";
    private const string SaysThatAPageAsks = $$"""
        const send = window.fetch;
        window.fetch = (resource, options) => {
          const request = new Request(resource, options);
          request.headers.set('{{Challenges.PageHeader}}', 'swagger-ui');
          return send(request);
        };
        """;

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
        pages.Map($"{Path}/{Script}", script => script.Run(static http =>
        {
            http.Response.ContentType = "text/javascript; charset=utf-8";
            return http.Response.WriteAsync(SaysThatAPageAsks, http.RequestAborted);
        }));
        pages.UseSwagger();
        pages.UseSwaggerUI(page =>
        {
            page.DocumentTitle = "DeploymentService API";
            page.SwaggerEndpoint($"{Document}/swagger.json", "DeploymentService v1");
            page.InjectJavascript(Script);
            page.EnableDeepLinking();
            page.DisplayRequestDuration();
            page.DefaultModelsExpandDepth(0);
            page.DefaultModelExpandDepth(2);
        });
        pages.Run(next);
        return pages.Build();
    }
}
