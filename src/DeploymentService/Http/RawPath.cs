using Microsoft.AspNetCore.Http.Features;

namespace DeploymentService.Http;

/// <summary>The path as the client wrote it. Kestrel decodes a path before routing, and then <c>a%2Fb</c> and <c>a%252Fb</c> look alike.</summary>
public static class RawPath
{
    /// <summary>The last segment, decoded once.</summary>
    public static string LastSegment(HttpContext http) => Segment(http, fromEnd: 1);

    /// <summary>A segment, decoded once.</summary>
    /// <param name="http">The request.</param>
    /// <param name="fromEnd">Which one, counted from the end; 1 is the last.</param>
    public static string Segment(HttpContext http, int fromEnd)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (query < 0 ? target : target[..query]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Uri.UnescapeDataString(segments[^fromEnd]);
    }
}
