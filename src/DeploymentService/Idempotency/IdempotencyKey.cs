using System.Security.Cryptography;
using DeploymentService.Http;

namespace DeploymentService.Idempotency;

/// <summary>A request that must not be done twice, because it carries the header <c>Idempotency-Key</c>.</summary>
/// <param name="Key">The key, which the client makes up.</param>
/// <param name="BodyHash">SHA-256 of what is asked for: the same key for something else is a mistake of the client.</param>
public sealed record IdempotencyKey(string Key, byte[] BodyHash)
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>The most characters that a key may have.</summary>
    public const int LongestKey = 255;

    /// <summary>How long a key is known.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(1);

    /// <summary>What to say where a key was used for something else.</summary>
    public static Fault Conflict { get; } = Fault.Conflict(
        $"The {Header} was used for another request: send a new key, or the first request again, byte for byte.");

    /// <summary>Reads the header; null when there is none.</summary>
    /// <param name="http">The request.</param>
    /// <param name="body">What is asked for: the body, or what the path names where there is none.</param>
    /// <exception cref="FaultException">400: it cannot be a key.</exception>
    public static IdempotencyKey? Of(HttpContext http, ReadOnlySpan<byte> body)
    {
        if (!http.Request.Headers.TryGetValue(Header, out var values))
        {
            return null;
        }

        var key = values.ToString();
        if (key.Length is 0 or > LongestKey || key.Any(char.IsControl))
        {
            throw new FaultException(Fault.BadRequest($"{Header}: must have 1 to {LongestKey} printable characters."));
        }

        return new(key, SHA256.HashData(body));
    }
}
