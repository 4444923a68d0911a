using System.Text.RegularExpressions;

namespace DeploymentService.Http;

/// <summary>
/// Forgives a doubled slash and the long name of the version, as Heat's clients and proxies send them, and leads from a version that is not
/// there to those that are. Routing forgives a trailing slash. <c>/v3</c> is the identity API's version: it is there, or it is not found.
/// </summary>
public sealed partial class PathNormalizationMiddleware(RequestDelegate next)
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

        if (path == "/v1.0" || path.StartsWith("/v1.0/", StringComparison.Ordinal))
        {
            http.Request.Path = string.Concat("/v1", path.AsSpan(5));
        }
        else if (!path.StartsWith("/v1/", StringComparison.Ordinal) && OtherVersion().IsMatch(path))
        {
            // Not a route of its own: one that takes every path would take the 405 from the paths that are there.
            http.Request.Path = "/versions";
        }

        return next(http);
    }

    [GeneratedRegex(@"^/v(?![13](/|$))[0-9]+(\.[0-9]+)?(/|$)")]
    private static partial Regex OtherVersion();
}
