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

    /// <summary>Serves the pages. They are put together at the first request for one, so that neither the start nor another request pays for them.</summary>
    public static void UseSwaggerPages(this IApplicationBuilder app) => app.Use(next =>
    {
        var pages = new Lazy<RequestDelegate>(() => Build(app.New(), next));
        return http => http.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal) ? pages.Value(http) : next(http);
    });

    private static RequestDelegate Build(IApplicationBuilder pages, RequestDelegate next)
    {
        pages.Use((http, inner) =>
        {
            http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return inner(http);
        });
        pages.UseSwagger();
        pages.UseSwaggerUI(page =>
        {
            page.DocumentTitle = "DeploymentService API";
            page.SwaggerEndpoint($"{Document}/swagger.json", "DeploymentService v1");
            page.EnableDeepLinking();
            page.DisplayRequestDuration();
            page.DefaultModelsExpandDepth(0);
            page.DefaultModelExpandDepth(2);
        });
        pages.Run(next);
        return pages.Build();
    }
}
