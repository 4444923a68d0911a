using DeploymentService.Http;

namespace DeploymentService.Auth;

/// <summary>
/// Keeps pages of other sites out of a service without authentication. A browser on the same host reaches it, and sends it what any page wants: so it answers
/// under its own names only, because another name can be made to lead here, and what a browser sends for a page it takes from its own pages only.
/// </summary>
public sealed class OwnPagesOnly(RequestDelegate next, ApiOptions api)
{
    private static readonly Fault ForeignHost = new(
        403, "Forbidden", "Without authentication the service answers under its own names only: call it at 127.0.0.1, localhost or [::1], or set PublicUrl to the address that it is to have.");

    private static readonly Fault ForeignPage = new(
        403, "Forbidden", "A page of another site wanted this, and without authentication only the service's own pages may: use a client that is no browser, or Authentication:Mode Tokens.");

    private readonly Uri? _public = api.PublicUrl is { } url ? new Uri(url) : null;

    /// <summary>Runs the request, or refuses it.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (!IsOwnHost(request))
        {
            return ForeignHost.ExecuteAsync(http);
        }

        return IsOfOwnPage(request) && !IsFetchedFromElsewhere(request) ? next(http) : ForeignPage.ExecuteAsync(http);
    }

    /// <summary>Whatever the port, which a tunnel may change. Without a host it is no browser.</summary>
    private bool IsOwnHost(HttpRequest request) =>
        !request.Host.HasValue || LoopbackOnly.IsLoopbackHost(request.Host.Host) || IsPublic(request.Host.Host, request.Host.Port ?? DefaultPort(_public?.Scheme));

    /// <summary>Browsers name the origin of a page in every request that changes something, and in every one that a page makes by script to another origin.</summary>
    private bool IsOfOwnPage(HttpRequest request)
    {
        if (request.Headers.Origin is not { Count: > 0 } sent || sent.ToString() is not { Length: > 0 } text)
        {
            return true;
        }

        // Whatever is no address, such as null, is no page of this service.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var origin) || origin.Scheme is not ("http" or "https"))
        {
            return false;
        }

        // Pages of other servers on this host are foreign too: the port tells.
        var ownPort = request.Host.Port ?? DefaultPort(origin.Scheme);
        return IsPublic(origin.Host, origin.Port) || (LoopbackOnly.IsLoopbackHost(origin.Host) && origin.Port == ownPort);
    }

    /// <summary>Also what has no origin, such as a picture. Who follows a link to a page of this service comes from elsewhere and may: he looks at it himself.</summary>
    private static bool IsFetchedFromElsewhere(HttpRequest request)
    {
        var headers = request.Headers;
        return headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin")
            && !(HttpMethods.IsGet(request.Method) && headers["Sec-Fetch-Mode"] == "navigate" && headers["Sec-Fetch-Dest"] == "document");
    }

    private bool IsPublic(string host, int port) => _public is not null && _public.Port == port && _public.Host.Equals(host, StringComparison.OrdinalIgnoreCase);

    private static int DefaultPort(string? scheme) => scheme == Uri.UriSchemeHttps ? 443 : 80;
}
