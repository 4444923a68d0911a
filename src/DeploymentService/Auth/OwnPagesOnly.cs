using DeploymentService.Http;

namespace DeploymentService.Auth;

/// <summary>
/// Keeps pages of other sites from acting as somebody who only opened them. A browser adds to what any page sends whatever it has for this service: without
/// authentication that it runs on the same host, and otherwise the token that its user once typed into its own question for a password (Basic).
/// Without authentication the service therefore answers under its own names only, because another name can be made to lead here, and what a browser sends for a
/// page it takes from its own pages only; otherwise it refuses what a foreign page wants to change with such a token.
/// </summary>
public sealed class OwnPagesOnly(RequestDelegate next, ApiOptions api, AuthenticationOptions authentication)
{
    private static readonly Fault ForeignHost = new(
        403, "Forbidden", "Without authentication the service answers under its own names only: call it at 127.0.0.1, localhost or [::1], or set PublicUrl to the address that it is to have.");

    private static readonly Fault ForeignPage = new(
        403, "Forbidden", "A page of another site wanted this, and without authentication only the service's own pages may: use a client that is no browser, or Authentication:Mode Tokens.");

    private static readonly Fault ForeignPageWithBasic = new(
        403, "Forbidden", "A page of another site wanted this with the token that the browser keeps for this service: send the token as X-Auth-Token, or set PublicUrl to the address of the service's own pages.");

    private readonly Uri? _public = api.PublicUrl is { } url ? new Uri(url) : null;
    private readonly bool _isOpen = authentication.Mode == AuthenticationMode.None;

    /// <summary>Runs the request, or refuses it.</summary>
    public Task InvokeAsync(HttpContext http) => RefusalOf(http.Request) is { } refusal ? refusal.ExecuteAsync(http) : next(http);

    private Fault? RefusalOf(HttpRequest request)
    {
        if (!_isOpen)
        {
            return !IsSafe(request.Method) && RequestToken.IsPassword(request) && IsOfForeignPage(request) ? ForeignPageWithBasic : null;
        }

        return !IsOwnHost(request) ? ForeignHost
            : IsOfForeignPage(request) ? ForeignPage
            : null;
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>Whatever the port, which a tunnel may change. Without a host it is no browser.</summary>
    private bool IsOwnHost(HttpRequest request) =>
        !request.Host.HasValue || LoopbackOnly.IsLoopbackHost(request.Host.Host) || IsPublic(request.Host.Host, request.Host.Port ?? DefaultPort(_public?.Scheme));

    private bool IsOfForeignPage(HttpRequest request) => !IsOfOwnOrigin(request) || IsFetchedFromElsewhere(request);

    /// <summary>Browsers name the origin of a page in every request that changes something, and in every one that a page makes by script to another origin.</summary>
    private bool IsOfOwnOrigin(HttpRequest request)
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

        // Pages of other servers on the same host are foreign too: the port tells.
        var ownPort = request.Host.Port ?? DefaultPort(origin.Scheme);
        return IsPublic(origin.Host, origin.Port) || (origin.Port == ownPort && IsSameHost(origin.Host, request.Host.Host));
    }

    /// <summary>Also what has no origin, such as a picture. Who follows a link to a page of this service comes from elsewhere and may: he looks at it himself.</summary>
    private static bool IsFetchedFromElsewhere(HttpRequest request)
    {
        var headers = request.Headers;
        return headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin")
            && !(HttpMethods.IsGet(request.Method) && headers["Sec-Fetch-Mode"] == "navigate" && headers["Sec-Fetch-Dest"] == "document");
    }

    // The names of this host all mean this service.
    private static bool IsSameHost(string origin, string host) =>
        origin.Equals(host, StringComparison.OrdinalIgnoreCase) || (LoopbackOnly.IsLoopbackHost(origin) && LoopbackOnly.IsLoopbackHost(host));

    private bool IsPublic(string host, int port) => _public is not null && _public.Port == port && _public.Host.Equals(host, StringComparison.OrdinalIgnoreCase);

    private static int DefaultPort(string? scheme) => scheme == Uri.UriSchemeHttps ? 443 : 80;
}
