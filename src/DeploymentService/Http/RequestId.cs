namespace DeploymentService.Http;

/// <summary>Gives every request an id of its own: in the header of its answer, and in the log beside all that happened in it.</summary>
public sealed class RequestId(RequestDelegate next)
{
    /// <summary>The header of the answer.</summary>
    public const string Header = "X-OpenStack-Request-Id";

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        http.TraceIdentifier = $"req-{NewId()}";
        http.Response.Headers[Header] = http.TraceIdentifier;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // Who gets an answer depends on the token, and tomorrow's may be another: only the pages say otherwise.
        http.Response.Headers.CacheControl = "no-store";
        return next(http);
    }

    /// <summary>A UUID of version 4 that nobody has to be unable to guess: asking the system for randomness costs a microsecond a request.</summary>
    private static Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The id that the client itself gave its request, for the log; null unless it has the form of one.</summary>
    public static string? OfClient(HttpContext http) =>
        http.Request.Headers[Header].ToString() is { Length: 40 } id && id.StartsWith("req-", StringComparison.Ordinal) && Guid.TryParse(id.AsSpan(4), out _)
            ? id
            : null;
}
