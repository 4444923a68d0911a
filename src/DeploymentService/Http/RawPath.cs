using Microsoft.AspNetCore.Http.Features;

namespace DeploymentService.Http;

/// <summary>The path as the client wrote it. Kestrel decodes a path before routing, and then <c>a%2Fb</c> and <c>a%252Fb</c> look alike.</summary>
public static class RawPath
{
    /// <summary>The last segment, decoded once.</summary>
    public static string LastSegment(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = (query < 0 ? target : target[..query]).TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
