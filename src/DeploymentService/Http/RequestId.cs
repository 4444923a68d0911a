namespace DeploymentService.Http;

/// <summary>Gives every request an id of its own: in the header of its answer, and in the log beside all that happened in it.</summary>
public sealed class RequestId(RequestDelegate next)
{
    /// <summary>The header of the answer.</summary>
    public const string Header = "X-OpenStack-Request-Id";

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        http.TraceIdentifier = $"req-{Guid.NewGuid()}";
        http.Response.Headers[Header] = http.TraceIdentifier;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return next(http);
    }

    /// <summary>The id that the client itself gave its request, for the log; null unless it has the form of one.</summary>
    public static string? OfClient(HttpContext http) =>
        http.Request.Headers[Header].ToString() is { Length: 40 } id && id.StartsWith("req-", StringComparison.Ordinal) && Guid.TryParse(id.AsSpan(4), out _)
            ? id
            : null;
}
