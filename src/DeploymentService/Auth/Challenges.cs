using DeploymentService.Http;
using Microsoft.Extensions.Primitives;

namespace DeploymentService.Auth;

/// <summary>What a 401 asks for.</summary>
public sealed class Challenges(SignInAddress address) : IChallenges
{
    /// <summary>The header by which the service's own pages say that they are pages: a browser would hold their requests up to ask for a password itself.</summary>
    public const string PageHeader = "X-Requested-With";

    // Any text would do: the scheme wants one.
    private const string Basic = "Basic realm=\"token as the password\", charset=\"UTF-8\"";

    /// <summary>
    /// The values of <c>WWW-Authenticate</c>, a header line each: where to get a token, as Heat says it, and <c>Basic</c> for clients that send a password only
    /// when they are asked for one. Not for those that have sent a credential already, and never for a page.
    /// </summary>
    public StringValues For(HttpContext http)
    {
        var keystone = $"Keystone uri=\"{address.Of(http)}\"";
        return IsWithoutCredential(http.Request) && !IsOfPage(http.Request) ? new StringValues(new[] { keystone, Basic }) : keystone;
    }

    // Keystone's own API takes no Basic: whoever signs in there has a credential in the body.
    private static bool IsWithoutCredential(HttpRequest request) =>
        StringValues.IsNullOrEmpty(request.Headers[RequestToken.Header]) && StringValues.IsNullOrEmpty(request.Headers.Authorization)
        && !request.Path.StartsWithSegments("/v3");

    /// <summary>True of what a browser says of a page's requests. It says how a page fetches only where the page came over TLS or from this host.</summary>
    private static bool IsOfPage(HttpRequest request) =>
        request.Headers.ContainsKey(PageHeader) || request.Headers.ContainsKey("Sec-Fetch-Mode") || request.Headers.Origin.Count > 0;
}
