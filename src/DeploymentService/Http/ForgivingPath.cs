namespace DeploymentService.Http;

/// <summary>Forgives a doubled slash and the long name of the version, as Heat's clients and proxies send them. Routing forgives a trailing slash.</summary>
public sealed class ForgivingPath(RequestDelegate next)
{
    /// <summary>Runs the request under its plain path.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path.Contains("//", StringComparison.Ordinal))
        {
            path = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
            http.Request.Path = path;
        }

        if (path.StartsWith("/v1.0/", StringComparison.Ordinal))
        {
            http.Request.Path = string.Concat("/v1/", path.AsSpan(6));
        }

        return next(http);
    }
}
