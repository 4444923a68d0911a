using System.Text;
using Microsoft.Extensions.Primitives;

namespace DeploymentService.Auth;

/// <summary>The token that a request carries, in any of the three places that the stock clients use.</summary>
public static class RequestToken
{
    /// <summary>The header of OpenStack's clients.</summary>
    public const string Header = "X-Auth-Token";

    /// <summary>The token, as it was sent; null or empty for none: <c>X-Auth-Token: TOKEN</c>, <c>Authorization: Bearer TOKEN</c>, or <c>Authorization: Basic</c> with any name and the token as the password.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers[Header].ToString();
        if (header.Length > 0)
        {
            return header;
        }

        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return authorization[7..].Trim();
        }

        return IsBasic(authorization) ? Password(authorization.AsSpan(6).Trim()) : null;
    }

    /// <summary>True when the token is the password of <c>Basic</c>, which browsers keep and add by themselves.</summary>
    public static bool IsPassword(HttpRequest request) =>
        request.Headers.Authorization is { Count: > 0 } authorization && IsBasic(authorization.ToString()) && StringValues.IsNullOrEmpty(request.Headers[Header]);

    private static bool IsBasic(string authorization) => authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);

    private static string? Password(ReadOnlySpan<char> credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64Chars(credentials, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
